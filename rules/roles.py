"""Local parts of mailboxes that belong to an office, not to a person: nearly every house has some of them."""

ROLES = frozenset(
    (
        "info", "support", "sales", "contact", "admin", "office", "noreply", "no-reply", "donotreply", "postmaster", "webmaster", "abuse",
        "hostmaster", "help", "helpdesk", "inquiry", "toiawase", "soumu", "keiri", "jinji", "eigyo", "kouhou", "press", "pr", "order", "orders",
        "shop", "recruit", "saiyo", "privacy", "security", "news", "newsletter", "magazine", "mailmag", "billing", "service", "customer", "cs",
        "mailer-daemon", "root", "git", "www", "ftp", "unsubscribe", "reply", "notification", "notifications", "alert", "system",
    )
)  # fmt: skip
