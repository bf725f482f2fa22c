"""Korean resident registration number: birth date, a digit of century and sex, six more; behind its label."""

import re

from rules.personal.labels import by_label, label
from rules.personal.recogniser import Kind, Leak, Sample, Weight

WEIGHT = Weight.SPECIAL
KIND = Kind(
    "韓国住民登録番号", "Korean resident registration number", "Korean resident registration numbers", Leak.IDENTIFIES
)
LABEL = label(
    *(
        "주민등록",
        "주민번호",
        "외국인등록",
        "주민 등록",
        r"resident[ _-]?registration",
        r"\brrn\b",
        r"korean id",
        "住民登録番号",
    ),
    signs="주민 외국인등록 resi rrn kore 住民登録",
)
SIGNS = LABEL.signs
# 주민등록법 시행규칙 제2조; from October 2020 the last six digits are at random, so that no check digit can be asked for behind a label.
_CANDIDATE = re.compile(
    r"(?<![0-9A-Za-z.-])\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]{0,3}[0-9]\d{6}(?![0-9A-Za-z-])"
)
find = by_label(_CANDIDATE, LABEL, str, reach=120)

EXAMPLES = (
    Sample("labelled", (("주민등록번호: 800102-1234563",),), ("8001021234563",)),
    Sample("under its column", (("김", "8001021234563"),), ("8001021234563",), ("성명", "주민등록번호")),
    Sample("no such day", (("주민등록번호: 801332-1234563",),)),
    Sample("no label", (("800102-1234563",),)),
)
