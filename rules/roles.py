"""Roles: mailboxes that belong to an office or a mailing list, not to a person: nearly every house has some of them."""

ROLES = frozenset(
    (
        "info", "support", "sales", "contact", "admin", "office", "noreply", "no-reply", "donotreply", "postmaster", "webmaster", "abuse",
        "hostmaster", "help", "helpdesk", "inquiry", "toiawase", "soumu", "keiri", "jinji", "eigyo", "kouhou", "press", "pr", "order", "orders",
        "shop", "recruit", "saiyo", "privacy", "security", "news", "newsletter", "magazine", "mailmag", "billing", "service", "customer", "cs",
        "mailer-daemon", "root", "git", "www", "ftp", "unsubscribe", "reply", "notification", "notifications", "alert", "system",
    )
)  # fmt: skip

ROBOTS = frozenset(("listserv", "majordomo", "mailman"))
"""Programs that keep mailing lists."""
# RFC 2142 6 names the robot of a list; the others are what Mailman, Majordomo, LISTSERV and Lyris write to and from.
_FRONT = frozenset(("owner", "leave", "join", "subscribe", "unsubscribe", "bounce", "bounces", *ROBOTS))
_BEHIND = frozenset(
    "request owner admin bounces subscribe unsubscribe leave join confirm help devel announce users list".split()  # noqa: SIM905
)
_HOSTS = ("lists.", "list.", "listserv.", "mailman.", "googlegroups.", "yahoogroups.")


def is_of_list(local: str, domain: str) -> bool:
    """Whether an address is a mailing list's or its robot's."""
    if domain.lower().startswith(_HOSTS):
        return True
    name = local.lower()
    return name in ROBOTS or ("-" in name and (name.partition("-")[0] in _FRONT or name.rpartition("-")[2] in _BEHIND))
