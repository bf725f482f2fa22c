"""Books of contacts that nobody has, in several styles: other names, other companies, other habits of writing a local part.

Styles marked `held_out` are never trained on: what the weights reach there is what they may reach elsewhere. Names of other countries come
from Faker's lists (MIT), which only the benchmarks install; Japanese ones are put together from the pieces such names are made of.
"""

import importlib
import random
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import accumulate
from typing import NamedTuple

_COMMON_FAMILY = """sato suzuki takahashi tanaka watanabe ito yamamoto nakamura kobayashi saito kato yoshida yamada sasaki yamaguchi
matsumoto inoue kimura shimizu hayashi yamazaki nakajima mori abe ikeda hashimoto ishikawa yamashita ogawa ishii hasegawa goto okada kondo
maeda fujita endo aoki sakamoto murakami ota kaneko fujii fukuda nishimura miura takeuchi nakagawa okamoto matsuda harada nakano ono tamura
fujiwara nakayama ishida kojima wada morita uchida shibata sakai hara takagi yokoyama ando miyazaki ueda shimada kudo ohno miyamoto sugiyama
imai maruyama masuda takada murata hirano otsuka sugawara takeda arai koyama noguchi sakurai chiba iwasaki sano taniguchi ueno matsui
kikuchi kawaguchi nomura kinoshita matsuo oyama shinohara kubo yasuda homma ohashi oishi shoji kameda tsuda ohara kanda doi hotta""".split()
_FRONTS = """ishi kawa yama naka matsu naga kita nishi higashi minami ko o taka hira fuji mura kami shimo ue ino sugi iwa kuro shira aka
ao yoshi miya mori hayashi sawa ike eno aki oka koma waka kama tani hama shima toku moto masu ta ha taki kuri ume hori tsuka yo mizu hata""".split()
_REARS = "da ta moto mura saki zaki yama kawa gawa guchi bayashi shima jima zawa sawa mori no hara wara tani be i numa uchi se gaki mizu ki naka oka kura".split()
_GIVEN_FRONTS = "hiro masa yoshi kazu nori taka tomo aki haru yasu naka toshi hide nobu yuki mitsu katsu shige ken shin jun ryu yu sho ko".split()
_MEN = "aki hiko nori kazu ya ta to suke o hiro shi ki ji ichi ichiro taro hei go ma tsugu".split()
_WOMEN_FRONTS = (
    "mi yu aya na ma e sa chi ka ha rei kyo tomo yoshi kazu nori haru aki michi sachi ryo sato mari sayu kao mo".split()
)
_WOMEN = "ko mi ka na ri ho e yo ne no ki sa yuki".split()
_KOREAN = "kim lee park choi jung kang cho yoon jang lim han oh seo shin kwon hwang ahn song ryu hong".split()
_KOREAN_GIVEN = "min ji seo hyun jun ho young soo jin woo hye eun kyung sung tae dong yeon won hee ah".split()
_BUSINESS_JA = "denki kensetsu sangyo kogyo shoji bussan system service seiki foods print unyu giken kagaku seisaku jimusho shokai koki kikaku ryutsu".split()
_BUSINESS = "group partners consulting logistics media foods tools steel works design bank legal trade labs energy medical software press".split()
_WORDS = "north river stone bright green summit harbor oak silver atlas delta prime nova cedar maple falcon orion pine anchor bridge".split()
_ROLES = "info sales support contact office admin billing hr recruit press keiri soumu eigyo jinji kouhou order service help shop desk".split()
_FREE = "gmail.com yahoo.co.jp outlook.jp icloud.com hotmail.com docomo.ne.jp ezweb.ne.jp yahoo.com outlook.com nifty.com".split()
SEPARATORS = (".", "_", "-")


class Person(NamedTuple):
    """Two names."""

    family: str
    given: str


@dataclass(frozen=True)
class Style:
    """How one book was made."""

    name: str
    people: Callable[[random.Random], Person]
    companies: Callable[[random.Random], str]
    suffixes: Sequence[str]
    schemes: Sequence[str]
    """L and F stand for the names, l and f for their first letters; a dot for the separator of the house."""
    own_way: float = 0.1
    """How many write their local part unlike their house."""
    numbers: float = 0.1
    free: float = 0.1
    sisters: float = 0.08
    """So many companies have the name of another one, with another suffix."""
    crowd: int = 40
    """Contacts of a company, in the mean."""
    keyboard: str = "qwerty"
    held_out: bool = False


@dataclass
class Book:
    """Contacts (address → messages sent) and what is needed to invent more of them."""

    style: Style
    contacts: dict[str, int] = field(default_factory=dict)
    domains: list[str] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    schemes: dict[str, tuple[str, str]] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    def domain(self, rng: random.Random) -> str:
        """One of the domains, the great ones more often."""
        return rng.choices(self.domains, cum_weights=self.weights)[0]

    def someone(self, rng: random.Random, domain: str) -> tuple[str, Person]:
        """An address that may exist there."""
        who = self.style.people(rng)
        scheme, separator = self.schemes[domain]
        if rng.random() < self.style.own_way or domain in _FREE:
            scheme, separator = rng.choice(self.style.schemes), rng.choice(SEPARATORS)
        return f"{written(who, scheme, separator)}{self._number(rng, domain)}@{domain}", who

    def _number(self, rng: random.Random, domain: str) -> str:
        if rng.random() > self.style.numbers + (0.3 if domain in _FREE else 0):
            return ""
        return str(rng.choice([rng.randint(1, 9), rng.randint(1, 9), rng.randint(10, 99), rng.randint(1955, 2005)]))


def written(who: Person, scheme: str, separator: str) -> str:
    """A local part after a scheme.

    >>> written(Person("sato", "ken"), "f.L", "_")
    'k_sato'
    """
    parts = {"L": who.family, "F": who.given, "l": who.family[0], "f": who.given[0], ".": separator}
    return "".join(parts[c] for c in scheme)


def invented(style: Style, size: int, rng: random.Random) -> Book:
    """A book of that many contacts."""
    book = Book(style)
    for _ in range(max(30, size // style.crowd)):
        domain = company_domain(style, rng)
        if book.domains and rng.random() < style.sisters:
            domain = f"{rng.choice(book.domains).partition('.')[0]}.{rng.choice(style.suffixes)}"
        if domain not in book.schemes:
            book.domains.append(domain)
            book.schemes[domain] = (rng.choice(style.schemes), rng.choice(SEPARATORS))
    weights = [1 / (1 + rng.random() * len(book.domains)) ** 0.7 for _ in book.domains]
    free = sum(weights) * style.free
    book.domains += _FREE
    book.schemes |= dict.fromkeys(_FREE, (style.schemes[0], "."))
    book.weights = list(accumulate([*weights, *[free / len(_FREE)] * len(_FREE)]))
    while len(book.contacts) < size:
        domain = book.domain(rng)
        if rng.random() < 0.03:
            address, who = f"{rng.choice(_ROLES)}@{domain}", Person("", "")
        else:
            address, who = book.someone(rng, domain)
        if address not in book.contacts:
            book.contacts[address] = max(1, int(rng.paretovariate(0.8)))
            book.people[address] = who
    return book


def company_domain(style: Style, rng: random.Random) -> str:
    """The domain of a company that may exist."""
    sub = rng.choice(["mail.", "tokyo.", "eu.", "sales.", "corp."]) if rng.random() < 0.06 else ""
    return f"{sub}{style.companies(rng)}.{rng.choice(style.suffixes)}"


def role(rng: random.Random) -> str:
    """The name of a desk."""
    return rng.choice(_ROLES)


def _skewed(rng: random.Random, names: Sequence[str]) -> str:
    """A few names are borne by very many."""
    return names[
        min(int(rng.paretovariate(0.9) * 6) - 6, len(names) - 1) if rng.random() < 0.7 else rng.randrange(len(names))
    ]


def _given_ja(rng: random.Random) -> str:
    if rng.random() < 0.5:
        return rng.choice(_GIVEN_FRONTS) + rng.choice(_MEN)
    return rng.choice(_WOMEN_FRONTS) + rng.choice(_WOMEN)


def _common_ja(rng: random.Random) -> Person:
    return Person(_skewed(rng, _COMMON_FAMILY), _given_ja(rng))


def _rare_ja(rng: random.Random) -> Person:
    if rng.random() < 0.4:
        return _common_ja(rng)
    return Person(rng.choice(_FRONTS) + rng.choice(_REARS), _given_ja(rng))


def _korean(rng: random.Random) -> Person:
    return Person(_skewed(rng, _KOREAN), rng.choice(_KOREAN_GIVEN) + rng.choice(_KOREAN_GIVEN))


@cache
def _listed(country: str) -> tuple[list[str], list[str]]:
    of = importlib.import_module(f"faker.providers.person.{country}").Provider
    return _plain(of.last_names), _plain(of.first_names)


def _plain(names: Sequence[str]) -> list[str]:
    bare = (unicodedata.normalize("NFKD", n).encode("ascii", "ignore").decode().lower() for n in names)
    return sorted({n for n in bare if re.fullmatch("[a-z]{3,}", n)}, key=hash_of)


def hash_of(text: str) -> int:
    """An order that is the same every time and means nothing."""
    return sum((i + 7) ** 3 * ord(c) for i, c in enumerate(text)) % 7919


def _from(*countries: str) -> Callable[[random.Random], Person]:
    def one(rng: random.Random) -> Person:
        family, given = _listed(rng.choice(countries))
        return Person(_skewed(rng, family), _skewed(rng, given))

    return one


def _mixed(*sources: Callable[[random.Random], Person]) -> Callable[[random.Random], Person]:
    return lambda rng: rng.choice(sources)(rng)


def _company_ja(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.15:
        return "".join(rng.choice("abcdefghijkmnoprstuwxyz") for _ in range(rng.randint(3, 4)))
    stem = rng.choice(_COMMON_FAMILY) if kind < 0.6 else rng.choice(_FRONTS) + rng.choice(_REARS)
    return stem + rng.choice(["", "-"]) + rng.choice(_BUSINESS_JA)


def _company_west(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.35:
        return rng.choice(_WORDS) + rng.choice(["", "-"]) + rng.choice(_BUSINESS)
    family = rng.choice(_listed("en_US")[0] + _listed("de_DE")[0])
    return family + (rng.choice(["", "-"]) + rng.choice(_BUSINESS) if kind < 0.8 else "")


_JP = ("co.jp",) * 6 + ("jp", "jp", "com", "ne.jp", "or.jp", "ac.jp", "go.jp", "net")
_WORLD = ("com",) * 6 + ("co.uk", "org", "net", "de", "fr", "eu", "com.au", "io", "co.nz", "it", "nl", "com.br", "ch")
_ALL = ("L.F", "F.L", "LF", "FL", "f.L", "L.f", "fL", "Lf", "L")
STYLES = (
    Style("common-ja", _common_ja, _company_ja, _JP, _ALL, own_way=0.6, numbers=0.15),
    Style("houses-ja", _rare_ja, _company_ja, _JP, ("L.F", "F.L", "f.L", "L.f", "fL", "Lf"), own_way=0.05, keyboard="jis"),
    Style("english", _from("en_US"), _company_west, _WORLD, ("F.L", "fL", "f.L", "FL", "F"), numbers=0.05),
    Style("continent", _from("de_DE", "fr_FR", "sv_SE"), _company_west, _WORLD, ("F.L", "f.L", "L", "L.F"), own_way=0.2),
    Style("other-ja", _rare_ja, _company_ja, _JP, _ALL, own_way=0.9, numbers=0.25, free=0.25, held_out=True),
    Style("mixed-asia", _mixed(_common_ja, _korean, _korean), _company_ja, ("co.kr", "com", "co.jp", "com.cn", "com.hk", "or.kr", "com.tw"), ("F.L", "FL", "f.L", "L.F", "LF"), held_out=True),
    Style("south", _from("it_IT", "es_ES", "id_ID", "tr_TR"), _company_west, ("it", "es", "com", "com.tr", "co.id", "eu", "org", "com.mx"), ("F.L", "f.L", "fL", "L.F"), own_way=0.3, held_out=True),
    Style("isles", _from("en_GB", "en_IN", "nl_NL"), _company_west, ("co.uk", "org.uk", "com", "ie", "co.in", "nl", "ac.uk"), ("F.L", "fL", "F", "L"), keyboard="jis", held_out=True),
)  # fmt: skip


def worlds(count: int, seed: int) -> list[Style]:
    """Styles to learn from: the people of those that are not held out, with habits drawn anew for each."""
    rng = random.Random(seed)
    of = [style for style in STYLES if not style.held_out]
    return [_drawn(of[i % len(of)], f"world {i}", rng) for i in range(count)]


def _drawn(style: Style, name: str, rng: random.Random) -> Style:
    return replace(
        style,
        name=f"{style.name}, {name}",
        schemes=rng.sample(_ALL, rng.randint(2, len(_ALL))),
        own_way=rng.choice([0.02, 0.05, 0.1, 0.1, 0.2, 0.4, 0.8]),
        numbers=rng.choice([0.02, 0.05, 0.1, 0.2, 0.3]),
        free=rng.choice([0.02, 0.1, 0.1, 0.25]),
        sisters=rng.choice([0.02, 0.05, 0.1, 0.25, 0.4]),
        crowd=rng.choice([8, 20, 40, 60, 120]),
        keyboard=rng.choice(["qwerty", "jis"]),
    )
