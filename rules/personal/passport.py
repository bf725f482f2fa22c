"""Passport number: two letters and seven digits in Japan, other forms abroad behind their label; the machine-readable lines by check digits."""

import re
from collections.abc import Iterator

from rules.personal.check_digits import in_731
from rules.personal.labels import bare, label, labelled
from rules.personal.recogniser import Hit, Kind, Leak, Sample, Weight
from rules.personal.scan import Scan

WEIGHT = Weight.SPECIAL
KIND = Kind("旅券番号", "passport number", "passport numbers", Leak.IDENTIFIES)
LABEL = label(
    *("旅券", "パスポート", "passport", "passeport", "pasaporte", "passaporto", r"reisepass", "护照", "護照", "여권"),
    signs="旅券 パスポート pass pasa reis 护照 護照 여권 <<",
)
SIGNS = LABEL.signs
# 旅券法施行規則 別記: two letters, seven digits; abroad letters and digits as ICAO Doc 9303 part 4 lets nine of them be.
_CANDIDATE = re.compile(
    r"(?<![0-9A-Za-z-])(?:[A-Z]{2}[ -]?\d{7}|[A-Z]\d{7,8}|[A-Z]\d{3}[A-Z]\d{4}|[A-Z]{3}\d{6}|\d{2}[A-Z]{2}\d{5}|\d{9}"
    r"|[CFGHJK][0-9CFGHJKLMNPRTVWXYZ]{7}[0-9])(?![0-9A-Za-z<-])"
)
# ICAO Doc 9303 part 4, 4.2.2 and part 5, 4.2.2: number, its check digit, birth and expiry with theirs.
_TD3 = re.compile(r"([A-Z0-9][A-Z0-9<]{8})(\d)[A-Z<]{3}(\d{6})(\d)[MFX<](\d{6})(\d)[A-Z0-9<]{14}[0-9<]\d(?![A-Z0-9<])")
_TD1 = re.compile(
    r"[ACI][A-Z<][A-Z<]{3}([A-Z0-9][A-Z0-9<]{8})(\d)[A-Z0-9<]{15}\s{1,4}(\d{6})(\d)[MFX<](\d{6})(\d)[A-Z<]{3}"
)
_CLOSE = 80


def find(scan: Scan) -> Iterator[Hit]:
    """Numbers behind their label, and those of machine-readable lines."""
    for found in labelled(scan, _CANDIDATE, LABEL, reach=_CLOSE):
        if any(sign.isdigit() for sign in found[0]):
            yield Hit(found.start(), bare(found[0]))
    for pattern in (_TD3, _TD1) if "<<" in scan.text else ():
        for found in pattern.finditer(scan.text):
            if all(in_731(found[field]) == int(found[field + 1]) for field in (1, 3, 5)):
                yield Hit(found.start(1), found[1].rstrip("<"))


EXAMPLES = (
    Sample("labelled", (("旅券番号：TR1234567",),), ("TR1234567",)),
    Sample("in full width", (("パスポート番号　ＴＲ１２３４５６７",),), ("TR1234567",)),
    Sample("under its column", (("山田", "MZ1234567"), ("鈴木", "TK 7654321")), ("MZ1234567", "TK7654321"), ("氏名", "旅券番号")),
    Sample("of other countries", (("Passport No: C01X00T47, 123456789",),), ("C01X00T47", "123456789")),
    Sample("machine-readable", (("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",), ("L898902C36UTO7408122F1204159ZE184226B<<<<<10",)), ("L898902C3",)),
    Sample("on a card", (("I<UTOD231458907<<<<<<<<<<<<<<<",), ("7408122F1204159UTO<<<<<<<<<<<6",)), ("D23145890",)),
    Sample("a machine-readable line with a slip", (("L898902C36UTO7408123F1204159ZE184226B<<<<<10",),)),
    Sample("a part number", (("品番 TR1234567",),)),
    Sample("another column", (("TR1234567", "要"),), (), ("品番", "パスポート")),
    Sample("an order about passports", (("パスポートケース 注文番号 TR1234567",),)),
)  # fmt: skip
