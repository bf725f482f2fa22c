"""Writers of formats that are text: plain in the charsets of Japan, CSV, HTML, JSON, XML, SQL, vCard, iCalendar."""

import csv
import html
import io
import json
import random
import re
from collections.abc import Callable
from xml.sax.saxutils import escape, quoteattr

from files_document import Case, Heading, Table, grid, lines_of, shown

JAPANESE = ("utf-8", "utf-8-sig", "cp932", "euc_jp", "iso2022_jp", "utf-16")
OTHERS = ("utf-8", "utf-8-sig", "cp1252", "utf-16")
_KANA = re.compile("[ぁ-ヿ]")


def coded(text: str, rng: random.Random) -> bytes:
    """In a charset that its country uses and that has all its signs."""
    charset = rng.choice(JAPANESE if _KANA.search(text) else OTHERS)
    try:
        return text.encode(charset)
    except UnicodeEncodeError:
        return text.encode("utf-8")


def txt(case: Case, rng: random.Random) -> bytes:
    """Lines; cells by tabs, wide blanks, commas or bars."""
    return coded("\r\n".join(lines_of(case, rng.choice("\t,　|"))), rng)


def md(case: Case, _rng: random.Random) -> bytes:
    """Markdown."""
    lines: list[str] = []
    for block in case.blocks:
        if isinstance(block, Table):
            rows = [list(block.header), ["---"] * len(block.header), *([shown(c) for c in row] for row in block.rows)]
            lines += [*block.above, "", *(f"| {' | '.join(row)} |" for row in rows), ""]
        else:
            lines += [f"# {block.text}" if isinstance(block, Heading) else block.text, ""]
    return "\n".join(lines).encode()


def _csv(case: Case, rng: random.Random, delimiter: str) -> bytes:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter, quoting=rng.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)))
    for table in case.tables:
        writer.writerows([[shown(cell) for cell in row] for row in grid(table)])
    return coded(written.getvalue(), rng)


def csv_(case: Case, rng: random.Random) -> bytes:
    """By commas, or semicolons as in much of Europe."""
    return _csv(case, rng, rng.choice(",,,;"))


def tsv(case: Case, rng: random.Random) -> bytes:
    """By tabs."""
    return _csv(case, rng, "\t")


def html_(case: Case, rng: random.Random) -> bytes:
    """A page with tables."""
    parts: list[str] = []
    for block in case.blocks:
        if isinstance(block, Table):
            head = "".join(f"<th>{html.escape(name)}</th>" for name in block.header)
            rows = "".join(
                f"<tr>{''.join(f'<td>{html.escape(shown(c))}</td>' for c in row)}</tr>\n" for row in block.rows
            )
            above = "".join(f"<p>{html.escape(line)}</p>" for line in block.above)
            parts.append(f"{above}<table border=1><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>")
        elif isinstance(block, Heading):
            parts.append(f"<h2>{html.escape(block.text)}</h2>")
        else:
            parts.append("<p>" + html.escape(block.text).replace("\n", "<br>\n") + "</p>")
    charset = rng.choice(("utf-8", "shift_jis", "euc-jp"))
    page = f'<html><head><meta charset="{charset}"><style>td{{padding:2px}}</style></head><body>{"".join(parts)}</body></html>'
    return page.encode({"shift_jis": "cp932"}.get(charset, charset), "xmlcharrefreplace")


def _records(case: Case) -> list[dict[str, str]]:
    return [dict(zip(table.header, map(shown, row), strict=False)) for table in case.tables for row in table.rows] or [
        {"text": line} for line in lines_of(case) if line
    ]


def json_(case: Case, rng: random.Random) -> bytes:
    """A list of objects, perhaps under a name; letters perhaps escaped."""
    records = _records(case)
    whole = records if rng.random() < 0.5 else {"total": len(records), "data": records}
    return json.dumps(whole, ensure_ascii=rng.random() < 0.5, indent=rng.choice((None, 2))).encode()


def jsonl(case: Case, _rng: random.Random) -> bytes:
    """An object a line."""
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in _records(case)).encode()


def _attribute(name: str) -> str:
    """The name of a column as XML takes it."""
    return "_" + re.sub(r"\W+", "_", name)


def xml(case: Case, rng: random.Random) -> bytes:
    """Elements that say their column, or attributes."""
    attributes = rng.random() < 0.3
    rows: list[str] = []
    for record in _records(case):
        if attributes:
            rows.append(f"<row {' '.join(f'{_attribute(k)}={quoteattr(v)}' for k, v in record.items())}/>")
        else:
            rows.append(
                "<row>"
                + "".join(f"<field name={quoteattr(k)}>{escape(v)}</field>" for k, v in record.items())
                + "</row>"
            )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<data>\n{chr(10).join(rows)}\n</data>\n'.encode()


def sql(case: Case, _rng: random.Random) -> bytes:
    """A dump as mysqldump writes it."""
    lines = ["-- MySQL dump", "SET NAMES utf8mb4;"]
    for table in case.tables:
        names = ",".join(f"`{name}`" for name in table.header)
        values = ",\n".join(
            "(" + ",".join("'" + shown(c).replace("'", "''") + "'" for c in row) + ")" for row in table.rows
        )
        lines.append(f"INSERT INTO `t_data` ({names}) VALUES\n{values};")
    return "\n".join(lines).encode()


def lines(case: Case, _rng: random.Random) -> bytes:
    """VCard and iCalendar: the case has their lines."""
    return "\r\n".join(line for line in lines_of(case) if line).encode() + b"\r\n"


TEXT: dict[str, Callable[[Case, random.Random], bytes]] = {
    "txt": txt, "md": md, "csv": csv_, "tsv": tsv, "html": html_, "json": json_, "jsonl": jsonl, "xml": xml, "sql": sql, "vcf": lines, "ics": lines,
}  # fmt: skip
