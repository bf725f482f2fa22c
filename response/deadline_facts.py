"""Facts: what is known of a case when legal deadlines are worked out; what is left out is not so, what is unknown stays unknown."""

import difflib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, ValidationError, model_validator

from notifier.options import Options
from response import deadline_names as names

Jurisdiction = Literal["JP", "JP-PMARK", "EU", "UK", "US-HIPAA", "KR", "SG", "TW", "HK", "CN"]
"""Whose law; JP-PMARK is the contract of a holder of the privacy mark, beside JP."""


class FactsError(ValueError):
    """The facts cannot be used; one line a mistake, `key: what is wrong`."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("no such time zone; write an IANA name, for example Asia/Tokyo") from error
    return name


def _sensible(at: datetime) -> datetime:
    if not 1970 <= at.astimezone(UTC).year <= 2200:  # noqa: PLR2004 - typing errors; and no sum of days runs out of years
        raise ValueError("this lies before 1970 or after 2200")
    return at


OneJurisdiction = Annotated[Jurisdiction, BeforeValidator(names.jurisdiction)]
"""In the settings and in facts also "US"."""
Fact = Annotated[bool | None, BeforeValidator(names.or_unknown)]
"""Yes, no, or null: not known. What is not known counts as so where it makes something owed, as not so where it frees."""
Count = Annotated[
    Annotated[int, Field(strict=True, ge=0)] | None, BeforeValidator(names.or_unknown), BeforeValidator(names.upper)
]
"""Persons; null: not known, counted as above every threshold. Of {"min", "max"} the upper bound counts."""
Instant = Annotated[AwareDatetime, AfterValidator(_sensible)]


class Facts(Options):
    """What is known; the names are those of the JSON of `sekisho deadlines --facts`."""

    jurisdictions: tuple[OneJurisdiction, ...] = Field(min_length=1)
    """Whose law applies; a file may say `jurisdiction` with one."""
    known_at: Instant
    """When anybody of the organisation first knew, ISO 8601 with its offset from UTC."""
    tz: Annotated[str, AfterValidator(_zone)] | None = None
    """The organisation's zone (IANA), where a law has none of its own; left out: the one there that fits known_at."""
    subjects: Count = None
    """Persons at most."""
    sensitive: Fact = False
    """Special care-required personal information (個人情報保護法 第2条3項), or the like of another law."""
    financial: Fact = False
    """Misuse may cost a person money: card numbers, account with password."""
    malicious: Fact = False
    """It may have been done with a wrongful purpose."""
    my_number: Fact = False
    my_number_subjects: Count = None
    """Persons whose My Number is among it, at most; null: as many as subjects."""
    public_body: Fact = False
    """We are a public body: 100 persons instead of 1,000 in Japan."""
    unspecified_many: Fact = False
    """It could be seen by an unspecified number of people."""
    listed_system: Fact = False
    """It is of a system that the rule about My Number names."""
    encrypted_strongly: Fact = False
    """So protected that nobody can read it, and the key is safe."""
    pseudonymised: Fact = False
    recovered_unread: Fact = False
    """All of it came back, or was erased, before anybody read it."""
    contractor: Fact = False
    """We handle the data for somebody else (委託先, processor, business associate)."""
    entrusting_notified: Fact = False
    """The party that entrusted the data was told."""
    risk: Annotated[
        Literal["unlikely", "risk", "high"] | None, BeforeValidator(names.or_unknown), BeforeValidator(names.risk)
    ] = None
    """To the rights and freedoms of persons (GDPR Art. 33, 34)."""
    max_in_one_state: Count = None
    """Residents of one state of the United States, at most; null: as many as subjects."""
    low_probability: Fact = False
    """The four factors of 45 CFR 164.402(2) show a low probability that the data were compromised."""
    unique_id: Fact = False
    """Korean resident registration, passport, driver's or alien registration numbers."""
    external_access: Fact = False
    """By unlawful access from outside; left out: as malicious."""
    pecr_provider: Fact = False
    """We provide a public electronic communications service (PECR reg. 5A, United Kingdom)."""
    recovered_deleted_low_risk: Fact = False
    """Path confirmed, recovered and deleted, risk clearly low (Korea)."""
    significant_harm: Fact = False
    """To a person (Singapore); left out: when sensitive or financial."""
    within_organisation: Fact = False
    """It never left the organisation (Singapore)."""
    assessed_at: Annotated[Instant | None, BeforeValidator(names.or_unknown)] = None
    """When it was found to be notifiable (Singapore)."""

    @model_validator(mode="before")
    @classmethod
    def _by_one_name(cls, given: Any) -> Any:
        """A file may say `jurisdiction` with one, and some facts by other words."""
        if not isinstance(given, Mapping):
            return given
        named: dict[Any, Any] = {}
        for key, value in given.items():
            name = names.ALSO.get(key, key)
            # Said twice by two words: the second stays as it is written and is refused.
            named[key if name != key and (name in given or name in named) else name] = value
        if "jurisdiction" in named and "jurisdictions" not in named:
            named["jurisdictions"] = [named.pop("jurisdiction")]
        if isinstance(named.get("jurisdictions"), str):
            named["jurisdictions"] = [named["jurisdictions"]]
        return {key: value for key, value in named.items() if key not in names.ASKED_BY_NO_LAW}

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        twice = sorted({j for j in self.jurisdictions if self.jurisdictions.count(j) > 1})
        if twice:
            raise ValueError(f"jurisdictions: named twice: {', '.join(twice)}")
        return self

    def of(self, name: str) -> Any:
        """A fact as the rules see it: what was left out or is not known is taken from what bounds it; None: not known."""
        value = getattr(self, name)
        if name in _AT_MOST_SUBJECTS:
            return self.subjects if value is None else value
        if name in _FOLLOWS and name not in self.model_fields_set:
            others = [getattr(self, other) for other in _FOLLOWS[name]]
            return True if True in others else None if None in others else False
        return value


_AT_MOST_SUBJECTS = frozenset({"my_number_subjects", "max_in_one_state"})
_FOLLOWS = {"significant_harm": ("sensitive", "financial"), "external_access": ("malicious",)}


def facts_of(given: object) -> Facts:
    """Read facts from what a JSON file held. Raises `FactsError` with every mistake at once."""
    if not isinstance(given, Mapping):
        raise FactsError('file: one JSON object is wanted, for example {"jurisdiction": "JP", "known_at": …}')
    try:
        return Facts.model_validate(given)
    except ValidationError as error:
        places = [item["loc"] for item in error.errors()]
        # A list whose member is wrong is "too short", too: only the member is named.
        named = (e for e in error.errors() if not any(p[: len(e["loc"])] == e["loc"] != p for p in places if e["loc"]))
        raise FactsError("\n".join(dict.fromkeys(_line(item) for item in named))) from error


def _line(item: Mapping[str, Any]) -> str:
    places = [str(p) for p in item["loc"] if isinstance(p, int) or p in Facts.model_fields or len(item["loc"]) == 1]
    key = ".".join(places) or "file"
    match item["type"]:
        case "extra_forbidden":
            near = difflib.get_close_matches(key, Facts.model_fields, n=1)
            known = f"did you mean {near[0]}?" if near else f"known are {', '.join(Facts.model_fields)}"
            return f"{key}: no such fact; {known}"
        case "timezone_aware":
            return f"{key}: says no offset from UTC; write for example 2026-11-24T09:00:00+09:00"
        case "datetime_parsing" | "datetime_from_date_parsing" | "datetime_type" | "datetime_object_invalid":
            return f"{key}: is no date with time and zone; write for example 2026-11-24T09:00:00+09:00"
        case "literal_error":
            return (
                f"{key}: {item['input']!r} is not known here; known are {item['ctx']['expected'].replace(' or ', ', ')}"
            )
        case "too_short":
            return f"{key}: name at least one, of {', '.join(get_args(Jurisdiction))}"
        case "missing":
            return f"{key}: is missing"
        case "bool_parsing" | "bool_type":
            return f"{key}: write true, false, or null where it is not known"
        case "int_type" | "int_from_float" | "greater_than_equal":
            return f"{key}: write a number of persons, or null where it is not known"
        case _:
            return f"{key}: {item['msg'].removeprefix('Value error, ')}"
