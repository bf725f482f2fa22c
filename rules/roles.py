"""Roles: mailboxes that belong to an office or a mailing list, not to a person: nearly every house has some of them."""

ROLES = frozenset(
    (
        "info", "support", "sales", "contact", "admin", "office", "noreply", "no-reply", "donotreply", "postmaster", "webmaster", "abuse",
        "hostmaster", "help", "helpdesk", "inquiry", "toiawase", "soumu", "keiri", "jinji", "eigyo", "kouhou", "press", "pr", "order", "orders",
        "shop", "recruit", "saiyo", "privacy", "security", "news", "newsletter", "magazine", "mailmag", "billing", "service", "customer", "cs",
        "mailer-daemon", "root", "git", "www", "ftp", "unsubscribe", "reply", "notification", "notifications", "alert", "system",
    )
)  # fmt: skip

_DEPARTMENT_NAMES = (
    "soumu somu keiri jinji eigyo eigyou kikaku kouhou kouho koho shimin chomin zeimu fukushi kosodate hoiku kankyo kankyou nousei nourin norin kensetsu doboku suidou suido gesui kyouiku "
    "kyoiku gakkou shoubou shobo kaikei zaisei zaimu gikai senkyo kanri hoken kokuho nenkin koseki juumin jumin bousai bosai kankou kanko shoukou shoko sangyou sangyo chiiki jinken bunka "
    "toshokan honbu honsha tencho kaigai gijutsu kaihatsu seizou seizo hinshitsu koubai kobai choutatsu chotatsu houmu homu kansa hisho uketsuke madoguchi yoyaku chumon juchu "
    "shukka butsuryu hoshu soudan sodan kyuujin kyujin jimu jimukyoku kyoumu kyomu gakusei nyuushi nyushi account accounts accounting finance marketing legal hr purchasing "
    "procurement reception enquiry enquiries inquiries feedback career careers jobs media event events membership "
)
_DEPARTMENTS = frozenset(_DEPARTMENT_NAMES.split())
_DIVISIONS = ("ka", "bu", "kakari", "shitsu", "kyoku", "dept", "div", "group")
_NUMBER = "0123456789-_."

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


def is_department(local: str) -> bool:
    """Whether a mailbox is named like a department of a house, in Japanese as one types it or in English.

    >>> is_department("zeimu-ka"), is_department("eigyo2"), is_department("eigyo.tanaka")
    (True, True, False)
    """
    name = local.lower().rstrip(_NUMBER)
    if name in _DEPARTMENTS:
        return True
    division = next((end for end in _DIVISIONS if name.endswith(end)), "")
    return division != "" and name.removesuffix(division).rstrip(_NUMBER) in _DEPARTMENTS
