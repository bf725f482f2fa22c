"""Providers of mailboxes: the great ones, where every near spelling is somebody's, and all at which anyone can open one."""

from importlib.resources import files
from typing import Final

from mail.address import domain_key, key, split

FREE = frozenset(
    (
        "gmail.com", "googlemail.com", "yahoo.co.jp", "ymail.ne.jp", "yahoo.com", "hotmail.com", "hotmail.co.jp", "outlook.com", "outlook.jp", "live.jp",
        "icloud.com", "me.com", "docomo.ne.jp", "ezweb.ne.jp", "au.com", "softbank.ne.jp", "i.softbank.jp", "nifty.com", "biglobe.ne.jp",
        "ocn.ne.jp", "so-net.ne.jp", "excite.co.jp", "goo.jp", "aol.com", "gmx.de", "gmx.com", "web.de", "mail.ru", "qq.com", "163.com", "naver.com",
        "msn.com", "live.com", "mac.com", "yahoo.co.uk", "hotmail.co.uk", "protonmail.com", "daum.net", "126.com", "t-online.de",
    ),
)  # fmt: skip

FREE_MAIL: Final = frozenset(
    name
    for line in (files("rules") / "free_mail.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
    for name in line.split()
)
"""Keys, as `mail.address.domain_key` makes them."""


def customer_of(address: str) -> str:
    """Whom an address belongs to, as a key: its domain; at a public provider, where anyone may be, the address itself.

    >>> customer_of("Sato@Customer.example"), customer_of("sato@gmail.com")
    ('customer.example', 'sato@gmail.com')
    """
    domain = domain_key(split(address)[1])
    return key(address) if domain in FREE_MAIL else domain
