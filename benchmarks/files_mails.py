"""Whole mails: chains in which every writer has a signature, from Outlook, Gmail and Thunderbird; lists of people in a mail's own text."""

import random
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from email.policy import SMTP

from files_document import Case, lines_of
from files_persons import Person, foreign, japanese

_WHO = ("hanako@sender.example", "kimura@customer.example")


def mail(subject: str, text: str, html: str = "", charset: str = "utf-8") -> bytes:
    """From our own sender to the customer of the benchmark."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = *_WHO, subject
    message.set_content(text, charset=charset)
    if html:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


def body(case: Case, rng: random.Random) -> bytes:
    """The case as the text of a mail."""
    text = "\n".join(lines_of(case, rng.choice("\t,　"))) + "\n"
    charset = rng.choice(("utf-8", "utf-8", "iso-2022-jp"))
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        charset = "utf-8"
    return mail("資料の件", text, charset=charset)


def _signature_ja(p: Person) -> str:
    return f"--\n{p.family} {p.given}\n株式会社みどり産業　営業部\n〒{p.postal_code} {p.address}\nTEL: {p.phone} / FAX: {p.phone[:-1]}9\n携帯: {p.mobile}\n{p.email}"


def _signature_en(p: Person) -> str:
    return f"Best regards,\n{p.given} {p.family}\nSales Manager | Harbor Steel Ltd\nT: {p.phone} M: {p.mobile}\n{p.address}\n{p.email}"


def _outlook(p: Person, text: str, japanese_: bool) -> str:
    if japanese_:
        return f"\n________________________________\n差出人: {p.family} {p.given} <{p.email}>\n送信日時: 2026年3月{p.birth.day}日 14:05\n宛先: 営業部\n件名: Re: 納期の件\n\n{text}"
    return f"\n-----Original Message-----\nFrom: {p.given} {p.family} <{p.email}>\nSent: Tuesday, March {p.birth.day}, 2026 2:05 PM\nTo: Sales\nSubject: RE: Delivery\n\n{text}"


def _gmail(p: Person, text: str, japanese_: bool) -> str:
    quoted = "\n".join(f"> {line}" for line in text.split("\n"))
    if japanese_:
        return f"\n2026年3月{p.birth.day}日(火) 14:05 {p.family} {p.given} <{p.email}>:\n\n{quoted}"
    return f"\nOn Tue, Mar {p.birth.day}, 2026 at 2:05 PM {p.given} {p.family} <{p.email}> wrote:\n\n{quoted}"


def _thunderbird(p: Person, text: str, japanese_: bool) -> str:
    quoted = "\n".join(f"> {line}" for line in text.split("\n"))
    return (
        f"\nOn 2026/03/{p.birth.day:02} 14:05, {p.name} wrote:\n{quoted}"
        if not japanese_
        else f"\n{p.family} {p.given} さんは書きました (2026/03/{p.birth.day:02} 14:05):\n{quoted}"
    )


STYLES: dict[str, Callable[[Person, str, bool], str]] = {
    "outlook": _outlook,
    "gmail": _gmail,
    "thunderbird": _thunderbird,
}


def _chain(people: Sequence[Person], style: str, japanese_: bool) -> str:
    """The newest above, each older one quoted below in full."""
    text, last = "", people[0]
    sign = _signature_ja if japanese_ else _signature_en
    said = "お世話になっております。\n納期の件、承知いたしました。図面の改訂版は来週お送りします。" if japanese_ else "Hello,\nthanks, the new date is fine for us. The drawing follows next week."  # fmt: skip
    for person in people:
        text = f"{said}\n\n{sign(person)}\n" + (STYLES[style](last, text, japanese_) if text else "")
        last = person
    return text


def chains(rng: random.Random) -> list[tuple[str, str, bytes]]:
    """(name, category, mail): five and seven signatures, each program, both languages; some with the same again in HTML."""
    made = []
    for count in (5, 7, 9):
        for style in STYLES:
            for language in ("ja", "en"):
                people = [
                    japanese(rng) if language == "ja" else foreign(rng, rng.choice(("en_GB", "en_US", "de_DE")))
                    for _ in range(count)
                ]
                text = _chain(people, style, language == "ja")
                html = f"<html><body>{text.replace('&', '&amp;').replace('<', '&lt;').replace(chr(10), '<br>')}</body></html>"
                made.append(
                    (
                        f"chain_{style}_{language}_{count}",
                        f"chain_{language}",
                        mail("Re: 納期の件", text, html if count == 7 else ""),
                    )
                )
    return made
