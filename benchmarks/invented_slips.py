"""Labelled recipients over an invented book: mistakes by class, and right ones by kind."""

import random
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import idna
from invented_people import SEPARATORS, Book, Person, company_domain, role, written

_ROWS = {
    "qwerty": ("1234567890-", "qwertyuiop", "asdfghjkl", "zxcvbnm."),
    "jis": ("1234567890-", "qwertyuiop@", "asdfghjkl", "zxcvbnm._"),
}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ALIKE = {"o": "0", "l": "1i", "i": "1l", "m": ("rn", "nn"), "w": ("vv",), "d": ("cl",), "g": "q", "n": "r", "b": ("lb",), "h": ("lh",), "k": ("lc", "ik"), "u": "v", "e": "c", "q": "g"}  # fmt: skip
_FOREIGN = {"a": "аàáạąä", "e": "еéèẹëę", "o": "оοóöọø", "i": "іíìïı", "c": "сćç", "p": "р", "s": "ѕśş", "y": "уý", "x": "х", "n": "ñńη", "u": "üúυ", "k": "κķ", "h": "һ", "t": "τţ", "l": "ĺļ", "d": "ԁď", "r": "ŕ", "z": "źż"}  # fmt: skip
_ROMAJI = (("shi", "si"), ("chi", "ti"), ("tsu", "tu"), ("fu", "hu"), ("ji", "zi"), ("jo", "zyo"), ("ju", "jyu"), ("sho", "syo"), ("ou", "o"), ("oo", "o"), ("oh", "o"), ("o", "ou"), ("o", "oh"), ("mp", "np"), ("mb", "nb"), ("uu", "u"), ("yu", "yuu"), ("nn", "n"), ("ii", "i"), ("mm", "nm"))  # fmt: skip
_SUFFIXES = "co.jp ne.jp or.jp jp com net org co ac.jp co.uk uk com.au de eu info biz co.kr kr com.br io us com.tr it es nl org.uk com.mx".split()
_PROVIDERS = "gmail.com yahoo.co.jp outlook.jp icloud.com hotmail.com docomo.ne.jp yahoo.com outlook.com".split()
Maker = Callable[[random.Random, str, Book], str | None]


class Case(NamedTuple):
    """One recipient; `intended` is empty where it is right."""

    kind: str
    recipient: str
    intended: str


def _neighbours(letter: str, keyboard: str) -> str:
    rows = _ROWS[keyboard]
    for y, row in enumerate(rows):
        x = row.find(letter)
        if x >= 0:
            near = [
                rows[r][c]
                for r in (y - 1, y, y + 1)
                if 0 <= r < len(rows)
                for c in (x - 1, x, x + 1)
                if 0 <= c < len(rows[r])
            ]
            return "".join(c for c in near if c != letter and c.isalnum())
    return _LETTERS


def _insert(rng: random.Random, text: str, book: Book) -> str:
    at = rng.randrange(len(text) + 1)
    beside = text[min(at, len(text) - 1)]
    letter = rng.choice(_neighbours(beside, book.style.keyboard)) if rng.random() < 0.6 else rng.choice(_LETTERS)
    return text[:at] + letter + text[at:]


def _omit(rng: random.Random, text: str, _: Book) -> str:
    at = rng.randrange(len(text))
    return text[:at] + text[at + 1 :]


def _replace(rng: random.Random, text: str, book: Book) -> str:
    at = rng.choice([i for i, c in enumerate(text) if c.isalnum()])
    near = _neighbours(text[at], book.style.keyboard) if rng.random() < 0.7 else _LETTERS
    return text[:at] + rng.choice(near) + text[at + 1 :]


def _transpose(rng: random.Random, text: str, _: Book) -> str | None:
    places = [i for i in range(len(text) - 1) if text[i] != text[i + 1]]
    if not places:
        return None
    at = rng.choice(places)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _double(rng: random.Random, text: str, _: Book) -> str | None:
    places = [i for i, c in enumerate(text) if c.isalpha()]
    at = rng.choice(places)
    return text[: at + 1] + text[at:]


def _separator(rng: random.Random, text: str, _: Book) -> str | None:
    places = [i for i, c in enumerate(text) if c in SEPARATORS]
    if not places:
        return None
    at = rng.choice(places)
    return text[:at] + rng.choice([s for s in (*SEPARATORS, "") if s != text[at]]) + text[at + 1 :]


def _romaji(rng: random.Random, text: str, _: Book) -> str | None:
    ways = [
        (a, b)
        for pair in _ROMAJI
        for a, b in (pair, pair[::-1])
        if a in text and (a, b) not in {("o", "oo"), ("n", "nn"), ("i", "ii"), ("u", "uu"), ("hu", "fu")}
    ]
    if not ways:
        return None
    a, b = rng.choice(ways)
    at = rng.choice([m.start() for m in re.finditer(a, text)])
    return text[:at] + b + text[at + len(a) :]


def _digit(rng: random.Random, text: str, _: Book) -> str | None:
    places = [i for i, c in enumerate(text) if c in "oli"]
    if not places:
        return None
    at = rng.choice(places)
    return text[:at] + {"o": "0", "l": "1", "i": "1"}[text[at]] + text[at + 1 :]


def _alike(rng: random.Random, text: str, _: Book) -> str | None:
    for _i in range(rng.choice([1, 1, 2])):
        places = [i for i, c in enumerate(text.partition(".")[0]) if c in _ALIKE]
        if not places:
            return None
        at = rng.choice(places)
        text = text[:at] + rng.choice(list(_ALIKE[text[at]])) + text[at + 1 :]
    return text


def _foreign(rng: random.Random, text: str, _: Book) -> str | None:
    places = [i for i, c in enumerate(text.partition(".")[0]) if c in _FOREIGN]
    if not places:
        return None
    at = rng.choice(places)
    labels = (text[:at] + rng.choice(_FOREIGN[text[at]]) + text[at + 1 :]).split(".")
    try:
        return ".".join(label if label.isascii() else idna.alabel(label).decode() for label in labels)
    except idna.IDNAError:
        return None


def _suffix(rng: random.Random, text: str, _: Book) -> str | None:
    end = next((s for s in sorted(_SUFFIXES, key=len, reverse=True) if text.endswith(f".{s}")), None)
    country = [s for s in _SUFFIXES if end and s.split(".")[-1] == end.split(".")[-1]]
    others = [s for s in (country if rng.random() < 0.6 and len(country) > 1 else _SUFFIXES) if s != end]
    return f"{text[: -len(end) - 1]}.{rng.choice(others)}" if end else None


def _dropped_dot(rng: random.Random, text: str, _: Book) -> str | None:
    places = [i for i, c in enumerate(text) if c == "." and text.count(".") > 1]
    if not places:
        return None
    at = rng.choice(places)
    return text[:at] + text[at + 1 :]


def _hyphen(rng: random.Random, text: str, _: Book) -> str:
    stem, dot, rest = text.partition(".")
    if "-" in stem:
        return stem.replace("-", "") + dot + rest
    at = rng.randrange(2, max(3, len(stem) - 1))
    return stem[:at] + "-" + stem[at:] + dot + rest


def _twice(first: Maker, second: Maker) -> Maker:
    return lambda rng, text, book: (once := first(rng, text, book)) and second(rng, once, book)


_ONE: dict[str, Maker] = {
    "insertion": _insert,
    "omission": _omit,
    "substitution": _replace,
    "transposition": _transpose,
    "doubled": _double,
}
_LOCAL: dict[str, Maker] = {**_ONE, "separator": _separator, "romaji": _romaji, "letter-as-digit": _digit}
_DOMAIN: dict[str, Maker] = {**_ONE, "suffix": _suffix, "dropped-dot": _dropped_dot, "hyphen": _hyphen, "www": lambda _r, t, _b: f"www.{t}", "look-alike": _alike, "idn": _foreign}  # fmt: skip


def slips(book: Book, each: int, rng: random.Random) -> Iterator[Case]:
    """`each` mistakes of every class; those who are written to often are mistyped a little more often."""
    usual, weights = list(book.contacts), [min(n, 20) ** 0.5 for n in book.contacts.values()]
    for kind, made in _classes().items():
        tries = found = 0
        while found < each and tries < 40 * each:
            tries += 1
            intended = rng.choices(usual, weights)[0]
            recipient = made(rng, intended, book)
            if recipient and recipient not in book.contacts and _valid(recipient):
                found += 1
                yield Case(kind, recipient, intended)


def _valid(address: str) -> bool:
    local, _, domain = address.rpartition("@")
    return bool(local) and all(domain.split(".")) and "." in domain


def _classes() -> dict[str, Maker]:
    two = _twice(_any, _any)
    return {
        **{f"local {name}": _on_local(make) for name, make in _LOCAL.items()},
        **{f"domain {name}": _on_domain(make) for name, make in _DOMAIN.items()},
        "local names swapped": _swapped,
        "local two slips": _on_local(two),
        "slip on both sides": lambda r, a, b: _on_local(_any)(r, _on_domain(_any)(r, a, b) or "", b),
        "provider": _provider,
    }


def _any(rng: random.Random, text: str, book: Book) -> str | None:
    return rng.choice(list(_ONE.values()))(rng, text, book)


def _on_local(make: Maker) -> Maker:
    def made(rng: random.Random, address: str, book: Book) -> str | None:
        local, _, domain = address.rpartition("@")
        new = make(rng, local, book) if sum(c.isalpha() for c in local) > 2 else None
        return f"{new}@{domain}" if new and new != local else None

    return made


def _on_domain(make: Maker) -> Maker:
    def made(rng: random.Random, address: str, book: Book) -> str | None:
        local, _, domain = address.rpartition("@")
        new = make(rng, domain, book)
        return f"{local}@{new}" if new and new != domain else None

    return made


def _provider(rng: random.Random, address: str, book: Book) -> str | None:
    local, _, domain = address.rpartition("@")
    return _on_domain(_any)(rng, address, book) if domain in _PROVIDERS and local else None


def _swapped(rng: random.Random, address: str, book: Book) -> str | None:
    local, _, domain = address.rpartition("@")
    parts = re.fullmatch(r"([a-z]+)([._-])([a-z]+)(\d*)", local)
    if parts:
        a, separator, b, number = parts.groups()
        return f"{b}{separator}{a}{number}@{domain}" if a != b else None
    who = book.people[address]
    joined = next(
        (p for p in (Person(*who), Person(who.given, who.family)) if who.family and local == p.family + p.given), None
    )
    return f"{joined.given}{joined.family}@{domain}" if joined and rng else None


def right_ones(book: Book, each: int, rng: random.Random) -> Iterator[Case]:
    """`each` recipients of every kind that nobody should be asked about."""
    for kind, made in _KINDS.items():
        tries = found = 0
        while found < each and tries < 60 * each:
            tries += 1
            recipient = made(rng, book)
            known = kind in {"known", "known in capitals", "known with a tag"}
            if recipient and (known or recipient not in book.contacts):
                found += 1
                yield Case(kind, recipient, "")


def _known(rng: random.Random, book: Book) -> str:
    return rng.choice(list(book.contacts))


def _tagged(rng: random.Random, book: Book) -> str:
    local, _, domain = _known(rng, book).rpartition("@")
    return f"{local}+{rng.choice(['news', 'order', 'ml', '2026'])}@{domain}"


def _twin(rng: random.Random, book: Book) -> str | None:
    local, _, domain = _known(rng, book).rpartition("@")
    stem = local.rstrip("0123456789")
    number = local[len(stem) :]
    if len(number) > 2:
        return f"{stem}{int(number) + rng.choice([-9, -4, -2, -1, 1, 2, 3, 7, 11])}@{domain}"
    return f"{stem}{int(number or 1) + rng.choice([1, 1, 2, 3])}@{domain}"


def _colleague(rng: random.Random, book: Book) -> str:
    return book.someone(rng, book.domain(rng))[0]


def _stranger(rng: random.Random, book: Book) -> str | None:
    """Someone at a company whose name is like another's; what is like a provider's is a doppelganger, and no stranger's."""
    domain = book.domain(rng)
    if domain in _PROVIDERS or domain in {"ezweb.ne.jp", "nifty.com"}:
        return None
    near = _any(rng, domain.partition(".")[0], book)
    new = f"{near}.{domain.partition('.')[2]}"
    return f"{_colleague(rng, book).rpartition('@')[0]}@{new}" if near and new not in book.schemes else None


def _sister(rng: random.Random, book: Book) -> str | None:
    """Someone new at a company of another's name, with another suffix: two companies, or two houses of one."""
    stem = book.domain(rng).partition(".")[0]
    other = f"{stem}.{rng.choice(book.style.suffixes)}"
    great = any(name.startswith(f"{stem}.") for name in _PROVIDERS)
    return None if great else f"{_colleague(rng, book).rpartition('@')[0]}@{other}"


def _sibling(rng: random.Random, book: Book) -> str | None:
    """Another person of the same family name, written the same way."""
    address = _known(rng, book)
    family, given = book.people[address]
    if not family:
        return None
    _, _, domain = address.rpartition("@")
    new = Person(family, book.style.people(rng).given)
    return f"{written(new, *book.schemes[domain])}@{domain}" if new.given != given else None


_KINDS: dict[str, Callable[[random.Random, Book], str | None]] = {
    "new colleague": _colleague,
    "new company": lambda r, b: (
        _sister(r, b)
        if r.random() < b.style.sisters
        else f"{_colleague(r, b).rpartition('@')[0]}@{company_domain(b.style, r)}"
    ),
    "new desk": lambda r, b: f"{role(r)}@{b.domain(r)}",
    "another of the family name": _sibling,
    "sister company": _sister,
    "stranger at a neighbour domain": _stranger,
    "new twin": _twin,
    "mailing list": lambda r, b: (
        f"{r.choice(['all-', 'members', 'ml-', 'zenin-', 'dev-'])}{role(r)}@{r.choice(['lists', 'ml', 'groups'])}.{b.domain(r)}"
    ),
    "known": _known,
    "known in capitals": lambda r, b: "".join(r.choice([c, c.upper()]) for c in _known(r, b)),
    "known with a tag": _tagged,
}
