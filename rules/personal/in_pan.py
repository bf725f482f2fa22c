"""Indian permanent account number of a person: five letters, the fourth P, four digits, a letter; behind its label."""

import re

from rules.personal.labels import by_label, label
from rules.personal.recogniser import Kind, Leak, Sample, Weight

WEIGHT = Weight.SPECIAL
KIND = Kind("インド納税者番号（PAN）", "Indian tax number", "Indian tax numbers", Leak.IDENTIFIES)
LABEL = label(r"pan\b", r"pan[ _-]?(?:no|num|card)", r"permanent account", signs="pan pann panc permanent")
SIGNS = LABEL.signs
# Income-tax Rules 1962, rule 114: the fourth letter is P for a person; others are companies, firms, trusts.
_CANDIDATE = re.compile(r"(?<![0-9A-Za-z-])[A-Z]{3}P[A-Z]\d{4}[A-Z](?![0-9A-Za-z-])", re.IGNORECASE)
find = by_label(_CANDIDATE, LABEL, str)

EXAMPLES = (
    Sample("labelled", (("PAN: ABCPE1234F",),), ("ABCPE1234F",)),
    Sample("under its column", (("Asha", "abcpe1234f"),), ("ABCPE1234F",), ("Name", "PAN")),
    Sample("of a company", (("PAN: ABCCE1234F",),)),
    Sample("no label", (("ABCPE1234F",),)),
)
