"""`python -m tests.fuzz TARGET SECONDS`: atheris feeds a target until the time is up or something breaks.

What broke it is left in tests/fuzz/found/TARGET, where the suite reads it; what taught it something in .fuzz/TARGET.
"""

import logging
import sys
from hashlib import sha256
from pathlib import Path

import atheris
import structlog

ROOT = Path(__file__).parents[2]
LONGEST = 16 * 1024

with atheris.instrument_imports(include=["gateway", "mail", "rules", "aiosmtpd"]):
    from tests.fuzz.targets import FOUND, TARGETS


def main(name: str, seconds: str) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    target = TARGETS[name]
    corpus, found = ROOT / ".fuzz" / name, FOUND / name
    corpus.mkdir(parents=True, exist_ok=True)
    found.mkdir(parents=True, exist_ok=True)
    for seed in target.seeds():
        (corpus / sha256(seed).hexdigest()[:20]).write_bytes(seed)
    limits = [
        f"-max_total_time={seconds}",
        f"-max_len={LONGEST}",
        "-timeout=20",
        "-rss_limit_mb=2048",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], str(corpus), *limits, f"-artifact_prefix={found}/"], target.check)
    atheris.Fuzz()


main(*sys.argv[1:3])
