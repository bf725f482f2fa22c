"""The laws of the house over every module: imports run downhill, mail and rules are pure, each module says what it promises."""

import ast
import re
from pathlib import Path

import pytest

from tests.helpers.house import ROOMS, ROOT, imported, modules, tracked

# What reaches a clock, a socket, a file, a process or a database.
IMPURE = frozenset(
    [
        "asyncio",
        "concurrent",
        "ctypes",
        "dbm",
        "fcntl",
        "ftplib",
        "glob",
        "http",
        "httpx2",
        "logging",
        "mmap",
        "multiprocessing",
        "os",
        "pickle",
        "poplib",
        "psycopg",
        "queue",
        "random",
        "resource",
        "sched",
        "secrets",
        "select",
        "selectors",
        "shelve",
        "shutil",
        "signal",
        "smtplib",
        "socket",
        "sqlalchemy",
        "sqlite3",
        "ssl",
        "starlette",
        "structlog",
        "subprocess",
        "sys",
        "tempfile",
        "threading",
        "time",
        "urllib.request",
        "uvicorn",
        "uvloop",
        "zoneinfo",
    ]
)
# Readers of formats whose library is no Python: octets in memory go in, text comes out.
NATIVE = {f"mail/text_of/{name}.py": {"ctypes"} for name in ("_libarchive", "_pdf_beside", "_pdf_files", "_pdfium")}
IMPURE_CALLS = frozenset({"open", "input", "print", "exec", "eval", "__import__", "breakpoint"})
# Around one rule, around reading one part, at the SMTP door.
CATCH_ALL = ["gateway/smtp_in.py", "mail/message.py", "rules/verdict.py"]


@pytest.mark.parametrize("room", ROOMS)
def test_imports_run_downhill(room: str) -> None:
    above = ROOMS[ROOMS.index(room) + 1 :]
    wrong = [
        f"{path}:{line}: {name}"
        for path, tree in modules().items()
        if path.parts[0] == room
        for name, line in imported(tree, ".".join(path.parent.parts))
        if name.split(".")[0] in above
    ]
    assert wrong == []


def test_no_room_uses_tests_or_benchmarks() -> None:
    wrong = [
        f"{path}:{line}"
        for path, tree in modules().items()
        for name, line in imported(tree)
        if name.split(".")[0] in {"tests", "benchmarks", "pytest", "hypothesis"}
    ]
    assert wrong == []


@pytest.mark.parametrize("room", ["mail", "rules"])
def test_mail_and_rules_import_nothing_that_reaches_out(room: str) -> None:
    wrong = []
    for path, tree in modules().items():
        if path.parts[0] == room:
            wrong += [
                f"{path}:{line}: {name}"
                for name, line in imported(tree)
                if {name, name.split(".")[0]} & (IMPURE - NATIVE.get(str(path), set()))
            ]
            wrong += [f"{path}:{line}: pathlib" for line in pathlib_beyond_names(tree)]
    assert wrong == []


def pathlib_beyond_names(tree: ast.Module) -> list[int]:
    """Lines that import more of pathlib than names without a file system behind them."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Import) and any(alias.name == "pathlib" for alias in node.names))
        or (
            isinstance(node, ast.ImportFrom)
            and node.module == "pathlib"
            and {alias.name for alias in node.names} - {"PurePath", "PurePosixPath", "PureWindowsPath"}
        )
    ]


@pytest.mark.parametrize("room", ["mail", "rules"])
def test_mail_and_rules_ask_no_clock_and_open_no_file(room: str) -> None:
    wrong = [
        f"{path}:{node.lineno}: {ast.unparse(node.func)}"
        for path, tree in modules().items()
        if path.parts[0] == room
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and reaches_out(node.func)
    ]
    assert wrong == []


def reaches_out(called: ast.expr) -> bool:
    """Whether a call asks the clock or opens something; octets in memory may be opened (zipfile, io), a dictionary of ours is read."""
    if isinstance(called, ast.Name):
        return called.id in IMPURE_CALLS
    if not isinstance(called, ast.Attribute):
        return False
    owner = ast.unparse(called.value)
    if called.attr in {"now", "utcnow", "today", "fromtimestamp"}:
        return owner.split(".")[-1] in {"datetime", "date", "time"}
    return called.attr == "open" and owner.split(".")[-1] in {"io", "os", "codecs", "Path", "gzip", "bz2", "lzma"}


def test_every_module_says_in_a_sentence_what_it_promises() -> None:
    wrong = []
    for path, tree in modules().items():
        first = (ast.get_docstring(tree) or "").split("\n\n")[0].strip()
        if tree.body and not re.search(r"[.:。]$", first):
            wrong.append(str(path))
    assert wrong == []


def test_everything_is_caught_in_three_places_only() -> None:
    places = [
        str(path)
        for path, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler) and catches_all(node)
    ]
    assert sorted(places) == CATCH_ALL


def catches_all(handler: ast.ExceptHandler) -> bool:
    """`except Exception`, or a bare one; BaseException may be seen on its way if it goes on."""
    if handler.type is None:
        return True
    names = {
        ast.unparse(part) for part in (handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type])
    }
    if "BaseException" in names:
        return not any(
            isinstance(node, ast.Raise) for node in ast.walk(handler)
        ) and "a forked child" not in comment_of(handler)
    return "Exception" in names


def comment_of(handler: ast.ExceptHandler) -> str:
    """The comment beside the `except`; the last line of a forked child is the one BaseException that may end there."""
    for path, tree in modules().items():
        if any(node is handler for node in ast.walk(tree)):
            return (ROOT / path).read_text(encoding="utf-8").splitlines()[handler.lineno - 1]
    return ""


def test_no_room_is_called_what_says_nothing() -> None:
    wrong = [
        str(p) for p in modules() if p.stem in {"utils", "util", "common", "manager", "managers", "helpers", "misc"}
    ]
    assert wrong == []


# Written in pieces, so that this file does not find itself.
FOREIGN = ("pypi" + ".org", "python" + "hosted.org", "npmjs" + ".org", "/work" + "/", "/root" + "/", "/home" + "/")


@pytest.mark.parametrize("word", FOREIGN)
def test_no_registry_and_no_path_of_a_machine_stands_in_any_file(word: str) -> None:
    wrong = []
    for path in tracked():
        octets = (ROOT / path).read_bytes()
        if word.encode() in octets and b"\0" not in octets[:8192]:
            wrong.append(str(path))
    assert wrong == []


def test_a_file_that_is_too_long_says_why() -> None:
    long = {
        path: tree
        for path, tree in modules().items()
        if len((ROOT / path).read_text(encoding="utf-8").splitlines()) > 400
    }
    assert [str(path) for path, tree in long.items() if "\n\n" not in (ast.get_docstring(tree) or "")] == []


def test_the_licence_is_the_whole_text_of_apache_2() -> None:
    text = Path(ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
