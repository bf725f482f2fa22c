"""Resident code (住民票コード): eleven digits behind its label; one that looks like a mobile's is a code there."""

import re

from rules.personal.labels import by_label, label
from rules.personal.recogniser import Kind, Leak, Sample, Weight

WEIGHT = Weight.SPECIAL
KIND = Kind("住民票コード", "resident code", "resident codes", Leak.IDENTIFIES)
LABEL = label(
    "住民票コード",
    "住民票番号",
    "住民コード",
    "住基コード",
    r"resident[ _-]?(?:record|code)",
    "juminhyo",
    signs="住民 住基 resi jumi",
)
SIGNS = LABEL.signs
# 住民基本台帳法施行規則 第1条: ten digits at random and a check digit, for which the notice of the ministry is not quoted here.
_CANDIDATE = re.compile(
    r"(?<![0-9A-Za-z.-])(?:\d{11}|\d{5}[ -]\d{6}|\d{4}[ -]\d{4}[ -]\d{3}|\d{3}[ -]\d{4}[ -]\d{4})(?![0-9A-Za-z-])"
)
_CUT_SHORT = re.compile(r"(?<![^\t\n])[1-9]\d{9}(?![^\t\n])")
find = by_label(_CANDIDATE, LABEL, str, cut_short=_CUT_SHORT, size=11)

EXAMPLES = (
    Sample("labelled", (("住民票コード：12345678901",),), ("12345678901",)),
    Sample("like a mobile", (("住民票コード 09012345678",),), ("09012345678",)),
    Sample("under its column", (("山田", "１２３４５６７８９０１"),), ("12345678901",), ("氏名", "住民票コード")),
    Sample("a mobile behind another label", (("住民票コードは不要、携帯 09012345678",),)),
    Sample("no label", (("12345678901",),)),
)
