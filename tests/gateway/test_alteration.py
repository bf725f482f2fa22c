"""What is offered can be done, and what cannot be done is not sent: pure."""

from typing import Any

import pytest

from gateway.alteration import altered, with_changes, with_files, without_changes
from mail.removal import NOTE
from tests.flows.world import mail

OURS = frozenset({"tachibana.example"})
MANY = {"rule": "recipient-too-many-external", "about": {"message": True}, "suggestion": ""}
TYPO, RIGHT = "tanka@customer.example", "tanaka@customer.example"
SLIP = {"rule": "recipient-typo", "about": {"recipient": TYPO}, "suggestion": RIGHT}
EACH = [f"p{n}@client{n}.example" for n in range(12)]
ALL = ",\r\n ".join(EACH)


def content(*fields: str) -> bytes:
    return "".join(f"{field}\r\n" for field in ("From: ono@tachibana.example", *fields, "", "hello")).encode()


def change(head: bytes, finding: dict[str, Any], *, smtputf8: bool = False) -> str:
    told = with_changes({"findings": [finding]}, head, own_domains=OURS, smtputf8=smtputf8)
    return str(told["findings"][0].get("change"))


HIDEABLE = {
    "a list": (f"To: {ALL}",),
    "two fields": (f"To: {ALL}", "Cc: ono@tachibana.example, x@customer.example"),
    "one group": (f"To: Customers: {ALL};",),
    "names": ("To: " + ",\r\n ".join(f'"P, {n}" <{a}>' for n, a in enumerate(EACH)),),
    "a trace": (f"Received: from a by b for <{EACH[0]}>; today", f"To: {ALL}"),
}
NOT_HIDEABLE = {
    "two groups": (f"To: A: {', '.join(EACH[:6])};,\r\n B: {', '.join(EACH[6:])};",),
    "a group beside a member": (f"To: ono@tachibana.example, Customers: {ALL};",),
    "a comment without end": (f"To: {ALL}, Tanaka (sales <p99@x.example>",),
    "brackets in a name": (f"To: {ALL}, Tanaka [sales] <p99@x.example>",),
    "sent again": ("To: ono@tachibana.example", f"Resent-To: {ALL}"),
    "sent again with copies": ("To: ono@tachibana.example", f"Resent-Cc: {ALL}"),
    "a Bcc that stayed": (f"To: {ALL}", "Bcc: x@customer.example"),
    "a comment": (f"To: ono@tachibana.example ({EACH[0]})", f"Cc: {ALL}"),
    "another field": (f"To: {ALL}", f"X-Envelope-To: {EACH[0]}, {EACH[1]}"),
    "the subject": (f"To: {ALL}", f"Subject: for {EACH[3]}"),
    "a header longer than is read": (f"To: {ALL}", f"X-Long: {'x' * 40000}"),
}


@pytest.mark.parametrize("fields", HIDEABLE.values(), ids=HIDEABLE)
def test_recipients_that_can_be_hidden_are_gone_when_they_were_hidden(fields: tuple[str, ...]) -> None:
    whole = content(*fields)
    assert change(whole[: 32 * 1024], MANY) == "header"
    made = altered(whole, {"hide": True}, OURS)
    assert made
    shown = b"".join(line for line in made.split(b"\r\n") if not line.startswith(b"Received:"))
    assert not [address for address in (*EACH, "x@customer.example") if address.encode() in shown]
    assert made.endswith(b"\r\n\r\nhello\r\n")


@pytest.mark.parametrize("fields", NOT_HIDEABLE.values(), ids=NOT_HIDEABLE)
def test_recipients_that_somebody_could_still_read_are_not_said_to_be_hidden(fields: tuple[str, ...]) -> None:
    whole = content(*fields)
    assert change(whole[: 32 * 1024], MANY) == "none"
    if "X-Long" not in fields[-1]:
        assert altered(whole, {"hide": True}, OURS) is None


@pytest.mark.parametrize("why", ["smime", "pgp", "rms", "calendar", "dkim"])
def test_what_is_signed_comes_back_only_as_it_came(why: str) -> None:
    whole = content(f"To: {TYPO}")
    assert altered(whole, {"redirect": {TYPO: RIGHT}, "rewrite": [TYPO]}, OURS, why) is None
    assert altered(whole, {"hide": True}, OURS, why) is None
    assert altered(whole, {"redirect": {TYPO: RIGHT}}, OURS, why) == whole


def test_our_own_people_stay_to_be_seen() -> None:
    made = altered(content(f"To: ono@tachibana.example, {EACH[0]}"), {"hide": True}, OURS)
    assert made == content("To: ono@tachibana.example")


@pytest.mark.parametrize(
    ("field", "found"),
    [
        (f"To: {TYPO}", "header"),
        (f"Cc: Customers: x@customer.example, T <{TYPO}>;", "header"),
        ("To: x@customer.example", "envelope"),
        (f"To: <{TYPO}, x@customer.example", "envelope"),
        (f"Resent-To: {TYPO}", "envelope"),
    ],
)
def test_whether_the_header_can_be_corrected_is_known_before_it_is_said(field: str, found: str) -> None:
    assert change(content(field), SLIP) == found
    decision = {"redirect": {TYPO: RIGHT}, "rewrite": [TYPO]}
    made = altered(content(field), decision, OURS)
    assert made == (content(field.replace(TYPO, RIGHT)) if found == "header" else None)


def test_what_only_the_envelope_says_leaves_the_header_alone() -> None:
    whole = content(f"To: {TYPO}")
    assert altered(whole, {"redirect": {TYPO: RIGHT}, "rewrite": []}, OURS) == whole


def test_an_international_domain_is_written_in_ascii_and_a_local_part_needs_smtputf8() -> None:
    assert change(content(f"To: {TYPO}"), SLIP | {"suggestion": "tanaka@日本語.example"}) == "header"
    assert change(content(f"To: {TYPO}"), SLIP | {"suggestion": "田中@customer.example"}) == "none"
    assert change(content(f"To: {TYPO}"), SLIP | {"suggestion": "田中@customer.example"}, smtputf8=True) == "envelope"


def test_a_finding_that_nothing_can_alter_says_nothing() -> None:
    assert change(content(f"To: {TYPO}"), {"rule": "content-personal-data", "about": {"part": "x"}}) == "None"


def test_what_turned_out_not_to_be_done_is_not_offered_again() -> None:
    findings = [MANY | {"change": "header"}, SLIP | {"change": "header"}, SLIP | {"change": "blocked"}, {"rule": "x"}]
    told = without_changes({"findings": findings})["findings"]
    assert [f.get("change") for f in told] == ["none", "envelope", "blocked", None]
    assert "files" not in without_changes({"findings": [data("a.csv") | {"files": ["a.csv"]}]})["findings"][0]


# Files

FILE = "顧客一覧.csv"


def data(part: str = "", action: str = "hold") -> dict[str, Any]:
    about = {"part": part} if part else {"message": True}
    return {"rule": "content-personal-data", "action": action, "about": about, "suggestion": ""}


def told(
    *parts: tuple[str, str], holding: tuple[str, ...] = (), found: dict[str, Any] | None = None
) -> tuple[Any, Any]:
    """What the finding and the verdict say of files, for a message with one file."""
    exposure = {"parts": [{"name": name, "kinds": {"phone": 3 * (name in holding)}} for name, _ in parts]}
    verdict = {"findings": [found or data(FILE)], "exposure": exposure}
    said = with_files(verdict, mail(attach="a,b"), parts)
    return said["findings"][0].get("files"), said.get("files")


def test_a_finding_says_which_file_has_to_go_also_for_what_is_inside_it() -> None:
    assert told(("", ""), (FILE, FILE)) == ([FILE], {FILE: [FILE]})
    inside = (("", ""), (FILE, FILE), ("list.xlsx", FILE))
    assert told(*inside, found=data("list.xlsx")) == ([FILE], {FILE: [FILE], "list.xlsx": [FILE]})
    assert told(*inside, holding=(FILE, "list.xlsx"), found=data())[0] == [FILE]


def test_nothing_is_offered_where_something_of_it_would_stay() -> None:
    text = (("", ""), (FILE, FILE))
    assert told(*text, holding=("", FILE), found=data())[0] is None
    assert told(*text, ("list.xlsx", ""), found=data("list.xlsx"))[0] is None
    assert told(*text, ("list.xlsx", FILE), ("list.xlsx", "other.zip"), found=data("list.xlsx"))[0] is None
    assert told(*text, found=data(FILE, "note")) == (None, None)
    assert told(*text, found=data("", "hold") | {"rule": "content-keyword"}) == (None, None)


def test_a_file_is_taken_out_together_with_whatever_else_was_decided() -> None:
    whole = mail(TYPO, attach="a,b")
    made = altered(whole, {"redirect": {TYPO: RIGHT}, "rewrite": [TYPO], "hide": True, "remove": [FILE]}, OURS)
    assert made
    assert NOTE in made
    assert b"undisclosed-recipients" in made
    assert altered(whole, {"remove": ["other.csv"]}, OURS) is None
    assert altered(whole, {"remove": [FILE]}, OURS, "dkim") is None
