"""What is looked for by cheap means first is all that the patterns themselves would find."""

import re
import unicodedata
from types import ModuleType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mail.shapes import Paragraphs
from rules.personal import (
    birth_date,
    corporate_number,
    my_number,
    name_marks,
    normal,
    payment_card,
    person_name,
    phone,
    postal_address,
    recognisers,
)
from rules.personal import signs as signs_
from rules.personal.address_place import place_before
from rules.personal.context import words
from rules.personal.japanese_names import KANA, KANJI, SURNAMES
from rules.personal.normal import digits, plain
from rules.personal.pieces import Forms, in_pieces
from rules.personal.scan import GAP, Scan, scan
from rules.personal.signs import may_tell
from rules.personal.units import units

LETTERS = "0123456789 ()+-T.,a@\n\t電９٣é一番丁目市県山田林太郎様：:生年月日birthBORNıİ"
texts = st.text(st.sampled_from(LETTERS), max_size=120)
written = [
    "03-1234-5678",
    "+81 3 1234 5678",
    "(03)1234-5678",
    "4111-1111-1111-1111",
    "378282246310005",
    "1234-5678-9018",
]
written += ["7000012050002", "T7000012050002", "٠", "09012345678", " ", "\n", "-", "(", "+", "x", "電", "12", "1"]
numbers = st.lists(st.sampled_from(written), max_size=12).map("".join)


@pytest.mark.parametrize(
    ("pattern", "least"),
    [
        (phone._CANDIDATE, 10),
        (my_number._CANDIDATE, 12),
        (payment_card._CANDIDATE, 13),
        (corporate_number._CANDIDATE, 13),
    ],
)
@given(text=texts | numbers)
def test_every_long_number_stands_in_a_run_of_digits(pattern: re.Pattern[str], least: int, text: str) -> None:
    def enough(found: re.Match[str]) -> bool:
        return sum(c.isdecimal() for c in found[0]) >= least

    everywhere = [found.span() for found in pattern.finditer(text) if enough(found)]
    assert [found.span() for found in Scan(text).in_numbers(pattern, least) if enough(found)] == everywhere


@given(st.text(max_size=60) | texts)
def test_octets_stand_where_the_characters_do_and_tell_digits(text: str) -> None:
    text = plain(text)
    octets = Scan(text).octets
    assert [0x30 <= octet <= 0x39 for octet in octets] == [c.isdecimal() for c in text]
    assert all(c == chr(octet) for c, octet in zip(text, octets, strict=True) if c.isascii())


GIVEN = ("生年月日", "出生", r"\bdob\b", "birth", "my ?number", "invoice", r"\bcard", r"pan\b", "部(?<=\\S部)", "℡")
pieces = [
    "生年月日",
    "出",
    "dob",
    "DOB",
    "Birth",
    "bırth",
    "MY NUMBER",
    "mynumber",
    "İnvoice",
    "card",
    "pan",
    "部",
    " ",
    "x",
    "℡",
]


@given(st.lists(st.sampled_from(pieces), max_size=12).map("".join))
def test_words_are_found_as_the_plain_alternation_finds_them(text: str) -> None:
    usual = re.compile("|".join(GIVEN), re.IGNORECASE)
    assert [m.span() for m in words(*GIVEN).finditer(text)] == [m.span() for m in usual.finditer(text)]


# What nobody sees is left out; these are the most usual of it.
shown = st.characters(
    exclude_categories=("Cs", "Cf", "Cn"),
    exclude_characters="\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"
    + "".join(map(chr, range(0xE0100, 0xE01F0))),
)


@given(
    st.text(shown, max_size=60)
    | texts
    | st.text(st.sampled_from("\u00ad\u200b\ufe0f\ufeff　ａ１ー－−‐か\u3099ｶﾞ㈱…\n\u0301"), max_size=40)
)
@example("ー１２ー３")
@example("〇三ー一二三四ー五六七八、二十-三、零三（一二三四）五六七八")
def test_a_text_becomes_normal_line_by_line_as_by_the_standard(text: str) -> None:
    def one(line: str) -> str:
        seen = re.sub("[\u00ad\u200b-\u200f\ufe00-\ufe0f\ufeff]", "", unicodedata.normalize("NFKC", line))
        dashed = re.sub("[‐‑‒–—―−－ｰ﹣]", "-", seen)
        figures = re.sub(
            "[〇零一二三四五六七八九]{1,5}(?:[-ー][〇零一二三四五六七八九]{1,5}){1,3}(?![十百千])"
            "|[〇零一二三四五六七八九]{2,5}[(][〇零一二三四五六七八九]{1,4}[)][〇零一二三四五六七八九]{4}",
            lambda found: "".join(
                {"零": "0", "ー": "-"}.get(c, str("〇一二三四五六七八九".find(c)) if c in "〇一二三四五六七八九" else c)
                for c in found[0]
            ),
            dashed,
        )
        return re.sub("(?<=[0-9])ー(?=[0-9])", "-", figures)

    assert plain(text) == "\n".join(one(line) for line in text.split("\n"))
    assert digits(text) == "".join(re.findall("[0-9]", text))


@given(texts)
@example("b" + "ı" + "rth a")
@example("é" + " " * 3 + "a")
@example("é\n" + "電\n" * 140 + "a\na")
@example("é\n" + "電電電電電電電電電\n" * 29 + "a\n電\na\na")
@example("a\né\na")
def test_a_date_of_birth_is_found_wherever_its_word_is_near(text: str) -> None:
    padded = text.replace(" ", " " * 90).replace("a", "1980-01-02").replace("é", "生年月日").replace("T", "birth")
    read = Scan(plain(padded))
    everywhere = [
        found.start()
        for found in birth_date._CANDIDATE.finditer(read.text)
        if read.near(birth_date._WORDS, found.start(), found.end(), birth_date._FAR, birth_date._BEHIND)
        and birth_date._day(found[0])
    ]
    assert [hit.start for hit in birth_date.find(read)] == everywhere


@given(texts)
def test_no_address_stands_in_a_row_that_is_passed_over(text: str) -> None:
    read = Scan(plain(text.replace("é", "港区芝1-2-3").replace("a", "東京都千代田区丸の内")))
    everywhere = set()
    for found in postal_address._NUMBER.finditer(read.text):
        place = place_before(read.text, found.start())
        if place and not place.weak and postal_address._is_house(found):
            everywhere.add(place.start)
    assert everywhere <= {hit.start for hit in postal_address.find(read)}


ANYONE = re.compile(rf"(?:^|(?<=[{name_marks.BEFORE}]))([{KANJI}]{{1,4}}[ ]?[{KANJI}{KANA}]{{1,5}}){name_marks.BEHIND}")
people = [
    "山田",
    "林",
    "佐",
    "太郎",
    "来週",
    "藍",
    "紗南",
    " ",
    "、",
    "\n",
    "\t",
    "様",
    "さん",
    "氏名:",
    "name=",
    '"',
    "の",
    "は",
    "1",
    "(",
    "：",
    "市",
]


@given(st.lists(st.sampled_from(people), max_size=14).map("".join))
@example("来週 山田太郎様、")
@example("氏名: 藍紗南\n")
def test_no_name_is_missed_by_looking_at_its_first_letters(text: str) -> None:
    read = plain(text)
    before = "\n" + read
    everywhere = []
    for found in ANYONE.finditer(read):
        moved = re.compile(re.escape(found[0])).match(before, found.start() + 1)
        assert moved
        name, weak = person_name._in_text(before, _Moved(found[0], found.start() + 1))  # type: ignore[arg-type]
        if name and not weak:
            everywhere.append((found.start(), name))
    hits = [(hit.start, hit.value) for hit in person_name.find(Scan(read)) if not hit.weak]
    assert hits == everywhere


def test_every_family_name_of_the_list_begins_a_name() -> None:
    missed = [
        family
        for family in sorted(SURNAMES)
        if [hit.value for hit in person_name.find(Scan(f"出席者、{family}花子、"))] != [f"{family}花子"]
    ]
    assert [family for family in missed if re.fullmatch(f"[{KANJI}{KANA}]*", family)] == []


class _Moved:
    """A match as `_in_text` asks it, in the text with a line feed in front."""

    def __init__(self, token: str, start: int) -> None:
        self._token, self._start = token, start

    def __getitem__(self, _group: int) -> str:
        return self._token

    def start(self, _group: int = 0) -> int:
        return self._start

    def end(self) -> int:
        return self._start + len(self._token)


@pytest.mark.parametrize("kind", sorted(recognisers()))
def test_every_datum_without_a_column_has_a_sign_that_it_may_be_there(kind: str) -> None:
    samples = [s for s in recognisers()[kind].EXAMPLES if s.values and not s.header]
    assert all(may_tell(scan(sample.rows).text) for sample in samples)


# What numbers, dates and addresses in ASCII are made of, with what mail programs put between them.
signs = [
    *"0123456789",
    "1234",
    "4111",
    "030",
    "1990",
    "123456789018",
    "\r\n",
    "\n\n",
    "\n> ",
    "\n|",
    " ",
    "  ",
    "-",
    ".",
    "/",
    "(",
    ")",
]
signs += [
    "_",
    ",",
    "*",
    ":",
    "\t",
    "\x0b",
    "\x1c",
    "+49",
    "@",
    "a.example",
    "Born",
    "BIRTH ",
    "dob",
    "my number",
    "card",
    "tel",
    "X",
    "<mailto:x>",
]
in_ascii = st.lists(st.sampled_from(signs), max_size=24).map("".join)


@settings(max_examples=500)
@given(in_ascii)
@example("my number 1234\n> 5678\n\n\n> 9018")
@example("card 4111<mailto:x>1111-1111-1111")
@example("tel (030)\n1234\n5678")
@example("born 1990-04-01")
def test_a_text_in_ascii_that_is_not_looked_at_holds_no_datum(text: str) -> None:
    found = [
        hit for unit in units(Paragraphs(text)) for module in recognisers().values() for hit in module.find(unit.scan)
    ]
    assert may_tell(text) or found == []


@settings(max_examples=300)
@given(in_ascii)
@example("born 1.4.90")
def test_a_scan_shows_what_its_text_shows(text: str) -> None:
    assert scan([(text,)]).tells == may_tell(scan([(text,)]).text)
    assert may_tell(text.encode()) == may_tell(text)


@settings(max_examples=300)
@given(st.lists(st.sampled_from([*signs, "1234", "4111", " - ", "|", "1234-5678-9018"]), max_size=24).map("".join))
@example("my number 1 2 3 4 5 6 7 8 9 0 1 8")
@example("card 4111|1111|1111|1111")
def test_without_twelve_digits_near_one_another_there_is_no_long_number(text: str) -> None:
    for kind in ("my_number", "payment_card"):
        looked_at = scan([(line,) for line in text.split("\n")])
        found = list(recognisers()[kind].find(looked_at))
        vars(looked_at)["has_long_number"] = True
        assert found == list(recognisers()[kind].find(looked_at))


@given(st.text(st.characters(max_codepoint=127, blacklist_characters="@+0123456789"), max_size=200))
def test_english_letters_alone_are_not_looked_at(text: str) -> None:
    small = text.lower()
    assert not may_tell(text) or any(word.decode() in small for word in signs_._SIGN_WORDS)


in_pieces_ = [
    "1234",
    "5678",
    "9018",
    "4111",
    "1111",
    "12",
    "1",
    "9",
    "-",
    ".",
    " ",
    "\n",
    "\t",
    "/",
    "_",
    "・",
    ",",
    "*",
    "|",
    "\ufffd",
    "\u2003",
]
in_pieces_ += ["٣", "１", "カード", "マイナンバー", "番", "?", "a", "--", "x"]


@settings(max_examples=500)
@given(st.lists(st.sampled_from(in_pieces_), max_size=24).map("".join), st.sampled_from((my_number, payment_card)))
@example("マイナンバー 1234・5678\ufffd9018", my_number)
@example("カード 4111 - 1111 . 1111\n\n1111", payment_card)
@example("1111\u20031111\u20031111\u20031111カード", payment_card)
def test_no_number_in_pieces_is_missed_by_looking_for_its_digits(text: str, kind: ModuleType) -> None:
    read = Scan(plain(text))
    if kind._PIECES.whole.search(read.text):
        assert kind._PIECES.may_stand_in(read)


@given(st.text(st.sampled_from([c for c in LETTERS if not c.isdecimal()]), max_size=120))
def test_a_text_without_digits_has_no_number(text: str) -> None:
    read = Scan(plain(text))
    kinds = (birth_date, corporate_number, my_number, payment_card, phone)
    assert [hit for module in kinds for hit in module.find(read)] == []


def test_every_character_that_nobody_sees_is_in_a_row_that_is_looked_at() -> None:
    unseen = [c for c in map(chr, range(0x110000)) if normal._IGNORABLE.match(c)]
    assert len(unseen) > 4000
    assert [c for c in unseen if not normal._may_ignore(c)] == []
    assert not normal._may_ignore("田中様 abc、ひらがな\n12")


def _looked_for_everywhere(read: Scan, forms: Forms, near: re.Pattern[str], before: int, after: int) -> list[str]:
    """What `in_pieces` finds when it looks beside every word, whatever digits there are."""
    headed = any(near.search(name) for name in read.header)
    rows = [(0, len(read.text))] if headed else list(read.rows_near(near, before, after))
    spans = [found.span() for low, high in rows for found in forms.whole.finditer(read.text, low, high)]
    alone = [(s, e) for s, e in spans if not re.search(rf"[0-9]{GAP}\Z", read.text[max(0, s - 4) : s])]
    return [f"{s}:{digits(read.text[s:e])}" for s, e in alone if read.near(near, s, e, before, after)]


cut = st.sampled_from(["1234", "123", "123456", "12345678", "1", "12", "٤", "1 2 3 4 5 6 7 8 9 0 1 2 3 4", "x"])
gaps = st.sampled_from(["-", " ", " / ", "・", "\ufffd", "\t", "\n", "\x1f", "\x85", ", ", "....", "?", ":", ""])
NUMBERS = st.lists(st.tuples(cut, gaps).map("".join), min_size=2, max_size=16).map("".join)


@pytest.mark.parametrize(
    ("module", "before", "after", "word"), [(my_number, 300, 60, "個人番号"), (payment_card, 120, 60, "card")]
)
@given(text=NUMBERS, headed=st.booleans())
@example(text="1234-5678-9018", headed=False)
@example(text="123456-789018:", headed=False)
@example(text="1234\ufffd5678・9018", headed=True)
@example(text="1234\x1f5678\x1c9018", headed=False)
@example(text="1" + " 1" * 13, headed=False)
def test_a_number_in_pieces_is_missed_nowhere(
    module: ModuleType, before: int, after: int, word: str, text: str, headed: bool
) -> None:
    read = Scan(plain(f"{word}\n{text}"), (word,) if headed else ())
    found = [f"{start}:{number}" for start, number in in_pieces(read, module._PIECES, module._WORDS, before, after)]
    assert found == _looked_for_everywhere(read, module._PIECES, module._WORDS, before, after)


@given(
    st.lists(
        st.sampled_from(["123456789018", "123456789012", "166395026734", "4111", " ", "マイナンバー", "\n"]),
        max_size=200,
    )
)
@example(["123456789018", "\n"] * 48 + ["123456789012", "\n"] * 12)
@example(["123456789018", "\n"] * 47 + ["123456789012", "\n"] * 13)
def test_counting_valid_numbers_stops_only_where_too_few_of_them_can_be(pieces: list[str]) -> None:
    read = Scan("".join(pieces))
    tokens = [digits(found[0]) for found in read.in_numbers(my_number._CANDIDATE, 12, 12)]
    good = [token for token in tokens if my_number.valid(token)]
    many = len(tokens) >= my_number._ENOUGH and len(good) >= my_number._SHARE * len(tokens)
    found, said = my_number._valid(read)
    assert said == many
    assert [number for _, _, number in found] == good or not (many or read.names(my_number._WORDS))
