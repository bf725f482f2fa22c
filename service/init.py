"""`sekisho init`: a commented configuration, keys and a folder to start from; nothing that exists is touched."""

import os
from contextlib import suppress
from importlib import resources
from pathlib import Path

from notifier.options import Language
from store.seal import make_key, make_secret

FILE = "sekisho.toml"
KEY = "content.key"
SECRETS = ("tenant.secret", "stamp.secret")
"""What a cloud proves its tenant with, and what it knows by what was here (`docs/install.md`)."""
VAR = "var"


def example() -> str:
    """Read the example configuration that is shipped with the program: every option, its sentence, its default."""
    return resources.files("service").joinpath("example.toml").read_text(encoding="utf-8")


def initialise(directory: Path, language: Language = "ja", *, cloud: bool = False) -> list[Path]:
    """Write what is not there yet and return it, in the order of writing. Raises OSError, `store.errors.KeyFileError`.

    `cloud`: also the secrets that a network shared with strangers needs.
    """
    directory.mkdir(mode=0o750, parents=True, exist_ok=True)
    written: list[Path] = []
    with suppress(FileExistsError):
        _write_new(directory / FILE, _configuration(language))
        written.append(directory / FILE)
    if not (directory / KEY).exists():
        make_key(directory / KEY)
        written.append(directory / KEY)
    for name in SECRETS if cloud else ():
        if not (directory / name).exists():
            make_secret(directory / name)
            written.append(directory / name)
    with suppress(FileExistsError):
        (directory / VAR).mkdir(mode=0o750)
        written.append(directory / VAR)
    return written


def next_steps(directory: Path, language: Language, written: list[Path]) -> str:
    """Say what was written and what to do next, for the terminal."""
    file = directory / FILE
    said = _JAPANESE if language == "ja" else _ENGLISH
    lines = [*said["written"], *(f"  {path}" for path in written)] if written else said["nothing"]
    return "\n".join([*lines, "", *(line.format(file=file, key=directory / KEY) for line in said["next"])])


def _configuration(language: Language) -> str:
    """Choose the language of the example and switch the key on."""
    text = example().replace('#language = "ja"', f'language = "{language}"', 1)
    return text.replace(f'#key = "{KEY}"', f'key = "{KEY}"', 1)


def _write_new(path: Path, text: str) -> None:
    # 0640: the address of the store may hold a password.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "w", encoding="utf-8") as file:
        file.write(text)


_JAPANESE = {
    "written": ["書き込んだもの:"],
    "nothing": ["すべてすでにあります。何も書き込んでいません。"],
    "next": [
        "次にすること:",
        "  1. {file} の [organisation] に組織名とドメインを、[next_hop] に次ホップを書く",
        "  2. {key} の控えを、サーバーとは別の安全な場所に置く（失うと保留中のメールは読めない）",
        "  3. sekisho migrate --config {file}",
        "  4. sekisho check --config {file}",
        "  5. sekisho snippet postfix --config {file} の行をメールサーバーに書く",
        "  6. 取引先の一覧を取り込む: sekisho contacts import contacts.csv --config {file}",
        "  7. 過去のメールで、何が保留されたはずかを見る: sekisho replay --learn SENT.mbox --contacts contacts.csv --config {file}",
        "  8. sekisho run --config {file}",
        "はじめは observe（判定と記録だけで、保留しない）。保留を始めるには: sekisho gate normal --reason …",
    ],
}
_ENGLISH = {
    "written": ["Written:"],
    "nothing": ["Everything is there already; nothing was written."],
    "next": [
        "What to do next:",
        "  1. Write name and domains into [organisation] and the next hop into [next_hop] of {file}",
        "  2. Keep a copy of {key} in a safe place apart from this machine (without it held mail cannot be read)",
        "  3. sekisho migrate --config {file}",
        "  4. sekisho check --config {file}",
        "  5. Put the lines of `sekisho snippet postfix --config {file}` into the mail server",
        "  6. Bring in the people you write to: sekisho contacts import contacts.csv --config {file}",
        "  7. See what would have been held of past mail: sekisho replay --learn SENT.mbox --contacts contacts.csv --config {file}",
        "  8. sekisho run --config {file}",
        "It starts in observe (judges and writes down, holds nothing). To begin holding: sekisho gate normal --reason …",
    ],
}
