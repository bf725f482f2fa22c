"""The organisation, its people, its hours, and how notices leave: what every room above needs to know of the house."""

import math
from datetime import date, time
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, model_validator

from mail.address import domain_key, is_inside
from notifier.people import Index, SettingsAlone, Source
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
    aliases: tuple[str, ...] = ()
    """Further addresses of the same person: nobody approves their own mail under another name."""
    roles: tuple[str, ...] = ()
    """leader, deputy, privacy officer, management, admin, responder, public relations, investigator."""
    superior: str = ""
    deputy: str = ""
    delegates: tuple[str, ...] = ()
    """Who else is asked about this person's messages, and may answer: an assistant, a colleague."""
    teams: tuple[str, ...] = ()
    """Shared mailboxes whose questions this person may answer."""
    phone: str = ""
    second: str = ""
    """A second way to reach them: another telephone number, or another mailbox of our own domains, which is written to as well when nobody
    takes a call, and at night and on holidays at once."""
    on_call: bool = False
    """Called at night and on holidays (outside `[organisation.hours]`), beside those with a role of the desk."""
    language: Language | None = None

    @property
    def second_mailbox(self) -> str:
        """The second contact where it is a mailbox; "" without."""
        return self.second if "@" in self.second else ""

    @property
    def phones(self) -> tuple[str, ...]:
        """Every number under which they can be called."""
        second = "" if "@" in self.second else self.second
        return tuple(number for number in (self.phone, second) if number)


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
    directory_max_age: Duration = Field(default=7 * 86400, gt=0)
    """How old the people of a directory may be (`sekisho people import`) before `check` says so."""
    people: tuple[Person, ...] = ()
    """Those of the settings; everybody is asked for by the methods."""
    _further: Source = PrivateAttr(default_factory=SettingsAlone)

    @model_validator(mode="after")
    def _everyone_is_inside(self) -> Self:
        """Notices with links go to our own mailboxes only: a person outside could never be told."""
        named = [
            *self.admins,
            *(
                address
                for p in self.people
                for address in (p.address, *p.aliases, p.superior, p.deputy, *p.delegates, p.second_mailbox)
                if address
            ),
        ]
        outside = [address for address in named if not is_inside(address, frozenset(self.domains))]
        if outside:
            raise ValueError(f"not in a domain of the organisation: {', '.join(dict.fromkeys(outside))}")
        return self

    def beside(self, further: Source) -> Self:
        """The same organisation with people of a directory."""
        made = self.model_copy()
        made._further = further  # noqa: SLF001 - our own, of the copy
        return made

    @property
    def _index(self) -> Index:
        return self._further.index(self.people, self.domains)

    @property
    def everyone(self) -> tuple[Person, ...]:
        """The people of the settings, then those of the directory."""
        return self._index.everyone

    def person(self, address: str) -> Person | None:
        """Find the person of that address, of an alias, or of either with a +tag."""
        return self._index.person(address)

    def namesake(self, local: str) -> str:
        """The key of the first person with that name before the @; "" for nobody."""
        return self._index.namesake(local)

    def with_delegates(self, address: str) -> tuple[str, ...]:
        """The address, and who may answer for it."""
        person = self.person(address)
        return (address, *(a for a in person.delegates if a.lower() != address.lower())) if person else (address,)

    def team(self, mailbox: str) -> tuple[Person, ...]:
        """The people of a shared mailbox, by their `teams`."""
        return self._index.team(mailbox)

    def with_role(self, role: str) -> tuple[Person, ...]:
        """Everyone who holds a role, in the order of the settings."""
        return self._index.role(role)


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
    answer_address: str = ""
    """Replies to questions go to this mailbox of our own domains, and reach the relay by a route of the mail server; empty: no answers by mail."""
    receipt: bool = False
    """Tell a sender when a message has left the house, with a link to report that it went to the wrong one."""
    subject_shows_original: bool = False
    """Put the original subject into the notice's subject."""
    retry: tuple[Annotated[Duration, Field(gt=0)], ...] = Field(default=(10, 60, 300, 900, 3600), min_length=1)
    """Waits between tries ("10s", "1m", …); the last one repeats until `give_up`."""
    give_up: Duration = Field(default=2 * 86400, gt=0)
    """After so long a notice that cannot leave is given up, loudly."""
