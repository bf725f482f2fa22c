"""UK national insurance number: two letters, six digits, a letter A to D; behind its label."""

import re

from rules.personal.labels import by_label, label
from rules.personal.recogniser import Kind, Leak, Sample, Weight

WEIGHT = Weight.SPECIAL
KIND = Kind("英国国民保険番号", "UK national insurance number", "UK national insurance numbers", Leak.IDENTIFIES)
LABEL = label(
    r"national[ _-]?insurance",
    r"ninos?\b",
    r"ni (?:no|num|#)",
    r"nat\.? ?ins",
    signs="nati nino ninos ni nat",
    columns=r"^ni$|^ni ?(?:no|num)",
)
SIGNS = LABEL.signs
# HMRC, National Insurance Manual NIM39110: letters that are not used, and prefixes that are not given.
_CANDIDATE = re.compile(
    r"(?<![0-9A-Za-z-])(?!BG|GB|KN|NK|NT|TN|ZZ)[ABCEGHJ-PRSTW-Z][ABCEGHJ-NPRSTW-Z]([ -]?)\d{2}\1\d{2}\1\d{2}[ -]?[A-D](?![0-9A-Za-z-])",
    re.IGNORECASE,
)
find = by_label(_CANDIDATE, LABEL, str)

EXAMPLES = (
    Sample("labelled", (("National Insurance number: AB 12 34 56 C",),), ("AB123456C",)),
    Sample("under its column", (("Ann", "ab123456c"),), ("AB123456C",), ("Name", "NI Number")),
    Sample("a prefix that is not given", (("NINO: GB 12 34 56 C",),)),
    Sample("a part number", (("Part no AB123456C",),)),
)
