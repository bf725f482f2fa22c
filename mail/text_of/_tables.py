"""Rows → Blocks: which row names the columns, and running text cut into paragraphs."""

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from mail.budget import Spending
from mail.shapes import Block, Paragraphs

Row = tuple[str, ...]

_SAMPLE = 40
_FEW = 5
_HEADER_ROWS = 6
_MAX_LABEL = 40
_DIGITS = re.compile(r"[0-9０-９]{4}|@|[0-9０-９]{2,4}[-－‐−][0-9０-９]{2,4}")
_DIGIT = re.compile("[0-9０-９]")
_FILLED = re.compile(r"\S[^\n]*")
_FILLED_OCTETS = re.compile(rb"\S[^\n]*")
_LABEL = re.compile(
    "氏名|名前|姓|名$|者$|お名|担当|顧客|患者|社員|従業員|会員|生徒|学生|フリガナ|ふりがな|カナ|かな|電話|携帯|連絡先|住所|所在"
    "|郵便|〒|メール|生年|誕生|年齢|性別|番号|コード|会社|部署|役職|備考|日付|金額|品名|数量|商品|口座|銀行|支店|保険"
    "|都道府県|市区町村|番地|^no\\.?$|^id$|^pref|^city$|^street|^state$|^country$|name(?![a-z])|phone|(?<![a-z])tel|mobile|mail|address|addr(?![a-z])|(?<![a-z])(?:zip|post)"
    "|birth|(?<![a-z])(?:dob|age|sex|ssn)(?![a-z])|gender|number|(?<![a-z])code|company|department|(?<![a-z])date|amount|price|(?<![a-z])(?:item|account|card|note)"
    # Germany, Austria, France, Spain, Italy; Korea, China, Taiwan.
    "|anschrift|straße|(?<![a-z])(?:plz|ort)(?![a-z])|geburts|abteilung|adresse|(?<![a-z])pr[ée]nom|(?<![a-z])nom(?![a-z])|naissance|t[ée]l[ée]|nombre|apellido|direcci|domicilio"
    "|nacimiento|correo|(?<![a-z])(?:cog)?nome(?![a-z])|nominativo|indirizzo|nascita|codice|reparto|성명|이름|전화|주소|이메일|부서|생년|주민|姓名|电话|電話|手机|手機|地址|部门|部門|邮箱|身份",
    re.IGNORECASE,
)


def table(
    rows: Sequence[Row],
    spending: Spending,
    *,
    where: str = "",
    hidden_rows: frozenset[int] = frozenset(),
    hidden: bool = False,
) -> tuple[Block, ...]:
    """Blocks of one table: what stands above the column names as a paragraph, the rows, the hidden rows apart."""
    rows = [_trimmed(row) for row in rows]
    for row in rows:
        spending.row(len(row))
    at = header_row(rows)
    header = rows[at] if at >= 0 else ()
    above, body = (rows[:at], range(at + 1, len(rows))) if at >= 0 else ((), range(len(rows)))
    seen = tuple(rows[i] for i in body if i not in hidden_rows and any(rows[i]))
    unseen = tuple(rows[i] for i in body if i in hidden_rows and any(rows[i]))
    blocks = [Block(tuple((" ".join(c for c in row if c),) for row in above if any(row)), (), where, hidden)]
    blocks.append(Block(seen, header, where, hidden))
    blocks.append(Block(unseen, header, where, True))
    found = tuple(b for b in blocks if b.rows)
    # A table of column names alone still says something.
    return found or ((Block((header,), (), where, hidden),) if any(header) else ())


def header_row(rows: Sequence[Row]) -> int:
    """Which of the first six rows names the columns; -1 where none does."""
    width = max((_filled(row) for row in rows[:_SAMPLE]), default=0)
    first = True
    for at, row in enumerate(rows[:_HEADER_ROWS]):
        if _filled(row) * 2 < width or _filled(row) < min(width, 2) or not any(row):
            continue
        if at + 1 < len(rows) and _names_columns(row, rows[at + 1 : at + 1 + _SAMPLE], by_words_only=not first):
            return at
        first = False  # behind a row of data only known words count: names of people are words, too
    return -1


def _trimmed(row: Row) -> Row:
    """Without the empty cells at the end."""
    if not row or row[-1]:
        return row
    end = len(row) - 1
    while end and not row[end - 1]:
        end -= 1
    return row[:end]


def _filled(row: Row) -> int:
    return sum(1 for cell in row if cell)


def _names_columns(row: Row, below: Sequence[Row], *, by_words_only: bool) -> bool:
    """Labels, not data: short, without numbers or addresses; known words, or a column of numbers under a word."""
    if any(len(cell) > _MAX_LABEL or _DIGITS.search(cell) for cell in row):
        return False
    if sum(1 for cell in row if cell and _LABEL.search(cell)) * 3 >= _filled(row):
        return True
    if by_words_only:
        return False
    for place, cell in enumerate(row):
        column = [r[place] for r in below if place < len(r) and r[place]]
        if not cell or not column:
            continue
        # Measures and dates of the era under a word that has no digit; of longer numbers a few may be missing.
        if sum(1 for c in column if _DIGITS.search(c)) * 5 >= len(column) * 3:
            return True
        if len(column) >= _FEW and not _DIGIT.search(cell) and all(map(_DIGIT.search, column)):
            return True
    return False


def paragraphs(text: str | bytes, spending: Spending) -> Paragraphs:
    """Running text, or its octets where they are ASCII, within the budget."""
    spending.text(len(text))
    ends = text.count("\n") if isinstance(text, str) else text.count(b"\n")
    if not spending.has_room(ends):
        filled = _FILLED.finditer(text) if isinstance(text, str) else _FILLED_OCTETS.finditer(text)
        ends = sum(1 for _ in islice(filled, spending.budget.cells + 1))
    spending.row(ends)
    return Paragraphs(text)


def lines(found: Iterable[str], spending: Spending, *, where: str = "", hidden: bool = False) -> tuple[Block, ...]:
    """The same of lines already cut: a block per run of lines without a blank one between, a row per line."""
    blocks: list[Block] = []
    run: list[Row] = []
    for line in found:
        if line and not line.isspace():
            run.append((line.rstrip(),))
            spending.row()
        elif run:
            blocks.append(Block(tuple(run), (), where, hidden))
            run = []
    if run:
        blocks.append(Block(tuple(run), (), where, hidden))
    return tuple(blocks)
