"""The house as files: its rooms, its modules as syntax trees, and what git keeps of it."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("mail", "rules", "store", "notifier", "response", "gateway", "web", "service")
"""From the bottom to the top: each may use those before it."""


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that git keeps or would keep, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return tuple(path for name in listed.stdout.decode().split("\0") if name and (ROOT / (path := Path(name))).exists())


@cache
def modules() -> dict[Path, ast.Module]:
    """Every module of the rooms."""
    files = (path for path in tracked() if path.parts[0] in ROOMS and path.suffix == ".py")
    return {path: ast.parse((ROOT / path).read_text(encoding="utf-8")) for path in files}


def imported(tree: ast.AST, package: str = "") -> list[tuple[str, int]]:
    """The names of imported modules with their lines; a relative import as what it means in `package`."""
    found: list[tuple[str, int]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package.rsplit(".", node.level - 1)[0] + "." if node.level else ""
            found.append((above + (node.module or ""), node.lineno))
    return found
