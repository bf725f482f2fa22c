"""Chinese identity number: region, birth date, order and a check digit that may be X (GB 11643-1999); sure by itself beside Chinese labels."""

import re
from collections.abc import Iterator

from rules.personal.check_digits import mod_11_2
from rules.personal.labels import label, labelled
from rules.personal.recogniser import Hit, Kind, Leak, Sample, Weight
from rules.personal.scan import Scan

WEIGHT = Weight.SPECIAL
KIND = Kind("中国身分証番号", "Chinese identity number", "Chinese identity numbers", Leak.IDENTIFIES)
LABEL = label(
    *("身份证", "身分证", "身份證", "身分證", "证件号", "證件號", "公民身份", "居民身份", "姓名", r"chinese id", r"resident[ _-]?id", r"identity", r"\bid[ _-]?(?:card|no|num)"),
    signs="身份 身分 证件 證件 姓名 chin resi iden id idca idno idnu", columns=r"^id$",
)  # fmt: skip
SIGNS = LABEL.signs
_CANDIDATE = re.compile(
    r"(?<![0-9A-Za-z.-])(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91)\d{4}[ -]?(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[ -]?\d{3}[0-9Xx](?![0-9A-Za-z-])"
)


def find(scan: Scan) -> Iterator[Hit]:
    """Numbers whose check digit fits."""
    for found in labelled(scan, _CANDIDATE, LABEL):
        number = found[0].replace(" ", "").replace("-", "").upper()
        if mod_11_2(number):
            yield Hit(found.start(), number)


EXAMPLES = (
    Sample("labelled", (("身份证号码：11010519491231002X",),), ("11010519491231002X",)),
    Sample("under its column", (("王", "11010519491231002x"),), ("11010519491231002X",), ("姓名", "证件号码")),
    Sample("a wrong check digit", (("身份证号码：110105194912310021",),)),
    Sample("no label", (("11010519491231002X",),)),
)
