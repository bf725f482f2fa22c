"""The organisation, its people, its hours, and how notices leave: what every room above needs to know of the house."""

import math
from datetime import date, time
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from mail.address import domain_key, is_inside
from notifier.units import octets, seconds


class Options(BaseModel):
    """A table of the settings: frozen, and a key nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False)


def _seconds(given: Any) -> Any:
    return seconds(given) if isinstance(given, str) else given


def _whole_seconds(given: Any) -> Any:
    return math.ceil(seconds(given)) if isinstance(given, str) else given


def _octets(given: Any) -> Any:
    return octets(given) if isinstance(given, str) else given


Duration = Annotated[int, BeforeValidator(_whole_seconds)]
"""Seconds; in the settings also "24h", "15m", "10s", "5d"."""
TimeLimit = Annotated[float, BeforeValidator(_seconds)]
"""The same, where parts of a second matter: 1.5, "1500ms"."""
Octets = Annotated[int, BeforeValidator(_octets)]
"""In the settings also "50MiB"."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)  # far less work than a list of all
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"no such time zone: {name}; write an IANA name, for example Asia/Tokyo") from error
    return name


def _country(code: str) -> str:
    import holidays  # noqa: PLC0415 - slow to import, and most settings name no country

    if code and code not in holidays.list_supported_countries(include_aliases=True):
        raise ValueError(f'no holidays are known for {code}; write an ISO 3166 code, for example JP, or "" for none')
    return code


Language = Literal["ja", "en"]
Domain = Annotated[str, AfterValidator(domain_key)]
TlsMode = Literal["never", "opportunistic", "required"]


class Person(Options):
    """`[[organisation.people]]`: whom to tell, and who answers for whom."""

    address: str
    name: str = ""
    roles: tuple[str, ...] = ()
    """leader, deputy, privacy officer, management, admin, responder, public relations, investigator."""
    superior: str = ""
    deputy: str = ""
    teams: tuple[str, ...] = ()
    """Shared mailboxes whose questions this person may answer."""
    phone: str = ""
    language: Language | None = None


class Hours(Options):
    """`[organisation.hours]`: working time; deadlines count only in it."""

    start: time = time(9)
    end: time = time(18)
    days: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = Field(
        default=("mon", "tue", "wed", "thu", "fri"), min_length=1
    )
    country: Annotated[str, AfterValidator(_country)] = "JP"
    """Public holidays of this country (ISO 3166); "" for none."""
    closed: tuple[date, ...] = ()
    """Further days off, for example the organisation's own."""
    year_end: bool = True
    """29 December to 3 January is closed, too."""


class Organisation(Options):
    """`[organisation]`."""

    name: str
    domains: tuple[Domain, ...] = Field(min_length=1)
    """Whose mail this is; everyone else is outside."""
    language: Language = "ja"
    time_zone: Annotated[str, AfterValidator(_zone)] = "Asia/Tokyo"
    contact: str = ""
    """Whom a sender may ask, as shown on the page: "情報システム担当（内線 1234）"."""
    admins: tuple[str, ...] = ()
    """Mailboxes of our own domains that get what nobody else can answer."""
    hours: Hours = Hours()
    people: tuple[Person, ...] = ()

    @model_validator(mode="after")
    def _everyone_is_inside(self) -> Self:
        """Notices with links go to our own mailboxes only: a person outside could never be told."""
        named = [*self.admins, *(a for p in self.people for a in (p.address, p.superior, p.deputy) if a)]
        outside = [address for address in named if not is_inside(address, frozenset(self.domains))]
        if outside:
            raise ValueError(f"not in a domain of the organisation: {', '.join(dict.fromkeys(outside))}")
        return self

    def person(self, address: str) -> Person | None:
        """Find the person of that address."""
        wanted = address.lower()
        return next((p for p in self.people if p.address.lower() == wanted), None)

    def with_role(self, role: str) -> tuple[Person, ...]:
        """Everyone who holds a role, in the order of the settings."""
        return tuple(p for p in self.people if role in p.roles)


class NoticeOptions(Options):
    """`[notices]`: how our own mail leaves. Own next hop and aligned From, never the mail path itself."""

    host: str = ""
    """Empty: the `[next_hop]`."""
    port: int = Field(default=25, ge=1, le=65535)
    tls: TlsMode = "opportunistic"
    sender: str = ""
    """From of our notices; empty: sekisho@ the first domain."""
    sender_name: str = ""
    """Name beside it; empty: Sekisho and the organisation's name."""
    subject_shows_original: bool = False
    """Put the original subject into the notice's subject."""
    retry: tuple[Annotated[Duration, Field(gt=0)], ...] = Field(default=(10, 60, 300, 900, 3600), min_length=1)
    """Waits between tries ("10s", "1m", …); the last one repeats until `give_up`."""
    give_up: Duration = Field(default=2 * 86400, gt=0)
    """After so long a notice that cannot leave is given up, loudly."""
