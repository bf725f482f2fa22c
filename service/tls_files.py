"""TLS files: whether the certificates, keys and authorities of the settings can be used, said in words that are not OpenSSL's."""

import ssl
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from cryptography import x509

from service.check_problem import Mistake
from service.settings import Settings

_CERTIFICATE = b"CERTIFICATE-----", "a certificate in PEM, with its chain"
_KEY = b"PRIVATE KEY-----", "the certificate's key in PEM"
_AUTHORITY = b"CERTIFICATE-----", "a file of certificates, in PEM"
_NAMES = {_CERTIFICATE[0]: "certificate", _KEY[0]: "private key"}


def mistakes(settings: Settings) -> Iterator[Mistake]:
    """What cannot be read, or does not fit together."""
    tls = settings.smtp.tls
    if tls.certificate and tls.key:
        yield from _pair(tls.certificate, tls.key)
    authorities = {"smtp.tls.client_ca": tls.client_ca, "next_hop.tls_ca": settings.next_hop.tls_ca}
    for name, authority in {**authorities, "web.oidc.ca": settings.web.oidc.ca}.items():
        if authority:
            yield from _unread(name, authority, *_AUTHORITY) or _unloaded(name, authority)


def _pair(certificate: Path, key: Path) -> Iterator[Mistake]:
    unread = [*_unread("smtp.tls.certificate", certificate, *_CERTIFICATE), *_unread("smtp.tls.key", key, *_KEY)]
    if unread:
        yield from unread
        return
    asked: list[Path] = []

    def nobody_types() -> str:
        asked.append(key)
        return ""

    try:
        _context().load_cert_chain(certificate, key, nobody_types)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        if asked:
            what, write = "has a pass phrase, and nobody is there to type it", "openssl pkey -in FILE -out FILE-WITHOUT"
        elif getattr(error, "reason", "") == "KEY_VALUES_MISMATCH":
            what = f"is not the key of the first certificate in {certificate}"
            write = "write two files that belong together, the chain behind the certificate"
        else:
            what, write = f"cannot be used together with {certificate}: {_why(error)}", f"write the path of {_KEY[1]}"
        yield Mistake("smtp.tls.key", f"{key}: {what}", write)


def _unread(name: str, file: Path, mark: bytes, wanted: str) -> list[Mistake]:
    """That a file is not there, not for this user to read, or something else."""
    try:
        octets = file.read_bytes()
    except OSError as error:
        return [
            Mistake(
                name, f"{file}: {error.strerror}", f"write the path of {wanted}, which the user of Sekisho can read"
            )
        ]
    return [] if mark in octets else [Mistake(name, f"{file}: holds no {_NAMES[mark]}", f"write the path of {wanted}")]


def _unloaded(name: str, authority: Path) -> list[Mistake]:
    try:
        _context().load_verify_locations(authority)
    except OSError as error:
        return [Mistake(name, f"{authority}: cannot be used: {_why(error)}", f"write the path of {_AUTHORITY[1]}")]
    return []


def _why(error: Exception) -> str:
    return getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error)


def valid_until(certificate: Path) -> datetime | None:
    """The end of the first certificate in a file; None where there is none to be read."""
    try:
        return x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        return None


def is_public(authority: Path) -> bool:
    """Whether one of its certificates is among those that this machine trusts by itself; False where it cannot be read."""
    ours, machine = _context(), ssl.create_default_context()
    try:
        ours.load_verify_locations(authority)
    except OSError:
        return False
    return not set(ours.get_ca_certs(binary_form=True)).isdisjoint(machine.get_ca_certs(binary_form=True))


def _context() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
