"""What every command that reads a directory is told of it."""

from pathlib import Path
from typing import Annotated

import typer

from service.ldap_search import Access

BindDnOption = Annotated[str, typer.Option(help="Who asks the directory; without it nobody in particular.")]
PasswordFileOption = Annotated[Path | None, typer.Option(help="File with the password of --bind-dn.")]
CaFileOption = Annotated[
    Path | None, typer.Option(help="Authority of the directory's certificate; without it those this machine trusts.")
]
StartTlsOption = Annotated[bool, typer.Option("--start-tls", help="TLS also on the port of ldap://.")]


def access(bind_dn: str, password_file: Path | None, ca_file: Path | None, start_tls: bool) -> Access:
    """Who asks, with the password of its file. Raises OSError."""
    password = password_file.read_text(encoding="utf-8").rstrip("\r\n") if password_file else ""
    if ca_file:
        ca_file.open("rb").close()
    return Access(bind_dn, password, ca_file, start_tls)
