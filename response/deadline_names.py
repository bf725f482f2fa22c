"""Names: other words by which a file may say the facts of a case; a word that could mean two things is not among them."""

from collections.abc import Mapping
from typing import Any

ALSO: Mapping[str, str] = {
    "timezone": "tz",
    "time_zone": "tz",
    "first_known_at": "known_at",
    "aware_at": "known_at",
    "discovered_at": "known_at",
    "subjects_max": "subjects",
    "persons": "subjects",
    "individuals": "subjects",
    "special_care": "sensitive",
    "financial_harm": "financial",
    "financial_damage": "financial",
    "property_damage": "financial",
    "wrongful_purpose": "malicious",
    "malicious_purpose": "malicious",
    "my_number_count": "my_number_subjects",
    "public_sector": "public_body",
    "government": "public_body",
    "seen_by_unspecified_many": "unspecified_many",
    "listed_systems": "listed_system",
    "my_number_system": "listed_system",
    "strongly_encrypted": "encrypted_strongly",
    "pseudonymized": "pseudonymised",
    "recovered_before_read": "recovered_unread",
    "recovered_before_reading": "recovered_unread",
    "processor": "contractor",
    "entrusted": "contractor",
    "business_associate": "contractor",
    "data_intermediary": "contractor",
    "entrusting_party_notified": "entrusting_notified",
    "entrusting_party_told": "entrusting_notified",
    "residents_one_state": "max_in_one_state",
    "max_residents_one_state": "max_in_one_state",
    "unique_identifier": "unique_id",
    "external_illegal_access": "external_access",
    "illegal_external_access": "external_access",
    "illegal_access": "external_access",
    "internal_only": "within_organisation",
    "within_organization": "within_organisation",
    "only_within_organisation": "within_organisation",
    "only_within_organization": "within_organisation",
}
"""Other word → name of the fact. Not `encrypted` (how strongly?) nor `recovered` (was it read?): those free, and must be said in full."""

ASKED_BY_NO_LAW = frozenset({"specified_many", "subjects_min"})
"""Facts that may stand in the file and change no date: only unspecified many, and the upper bound, count."""

_UNKNOWN = frozenset({"", "unknown", "unsure", "不明"})
_RISKS = {"none": "unlikely", "no risk": "unlikely", "no-risk": "unlikely", "high risk": "high", "high-risk": "high"}
_JURISDICTIONS = {"US": "US-HIPAA", "HIPAA": "US-HIPAA", "PMARK": "JP-PMARK", "GB": "UK"}


def or_unknown(given: Any) -> Any:
    """None for every word that says that nobody knows; else what was given."""
    return None if isinstance(given, str) and given.strip().lower() in _UNKNOWN else given


def upper(given: Any) -> Any:
    """Of a range {"min", "max"} the upper bound; a range without one is not known. Else what was given."""
    is_range = isinstance(given, Mapping) and given.keys() <= {"min", "max"}
    return given.get("max") if is_range else given


def risk(given: Any) -> Any:
    """Risk in other spellings: "none" is unlikely, "High Risk" is high."""
    said = given.strip().lower().replace("_", " ") if isinstance(given, str) else given
    return _RISKS.get(said, said) if isinstance(said, str) else said


def jurisdiction(given: Any) -> Any:
    """HIPAA is the only law of the United States that is known here; "jp" is JP."""
    said = given.strip().upper() if isinstance(given, str) else given
    return _JURISDICTIONS.get(said, said) if isinstance(said, str) else said
