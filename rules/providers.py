"""The great mail providers, where every near spelling is somebody's."""

FREE = frozenset(
    (
        "gmail.com", "googlemail.com", "yahoo.co.jp", "ymail.ne.jp", "yahoo.com", "hotmail.com", "hotmail.co.jp", "outlook.com", "outlook.jp", "live.jp",
        "icloud.com", "me.com", "docomo.ne.jp", "ezweb.ne.jp", "au.com", "softbank.ne.jp", "i.softbank.jp", "nifty.com", "biglobe.ne.jp",
        "ocn.ne.jp", "so-net.ne.jp", "excite.co.jp", "goo.jp", "aol.com", "gmx.de", "gmx.com", "web.de", "mail.ru", "qq.com", "163.com", "naver.com",
        "msn.com", "live.com", "mac.com", "yahoo.co.uk", "hotmail.co.uk", "protonmail.com", "daum.net", "126.com", "t-online.de",
    ),
)  # fmt: skip
