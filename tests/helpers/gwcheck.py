"""gwcheck: the client in front and the next hop behind; it accounts for every message."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.helpers.program import Program

SHARED = (Path(__file__).parents[2] / "../shared").resolve()
TRUSTED, STRANGER = "127.0.0.2", "127.0.0.1"
ONLY_TRUSTED = f'client_networks = ["{TRUSTED}/32"]\n'

Results = dict[str, dict[str, Any]]


def gwcheck(program: Program, hop: int, folder: Path, groups: str, *more: str, limit: float = 280) -> Results:
    """Every check of these groups by its id. Refused or lost messages of the corpus lie in results.corpus.json."""
    line = [sys.executable, "-m", "gwcheck", "--target", f"127.0.0.1:{program.smtp}", "--sink-port", str(hop)]
    line += ["--source", TRUSTED, "--untrusted", STRANGER, "--org", "tachibana.example", "--groups", groups]
    line += ["--corpus", str(SHARED / "corpus"), "--out", str(folder / "results.json"), *more]
    done = subprocess.run(line, cwd=SHARED / "gwcheck", capture_output=True, text=True, check=False, timeout=limit)
    assert done.returncode in {0, 1}, done.stderr
    return {found["id"]: found for found in json.loads((folder / "results.json").read_text())}


def failed(results: Results) -> list[tuple[str, str, str]]:
    return [(r["id"], r["name"], r["verdict"]) for r in results.values() if r["status"] == "FAIL"]
