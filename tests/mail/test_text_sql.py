"""Dumps of databases: rows are rows, with the names of their columns, and nothing between them is left out."""

import pytest

from mail.budget import Budget
from mail.message import read
from mail.shapes import Block
from tests.helpers import pace
from tests.mail.making import attached, losses, of_file, reasons, text_of

ROWS = (("1", "山田 太郎", "090-1234-5678"), ("2", "O'Neil, Al", ""))
HEADER = ("id", "氏名", "電話")


def tables(text: str, name: str = "a.sql") -> list[Block]:
    part = of_file(text.encode(), name).parts[1]
    assert part.kind == "sql"
    return [block for block in part.blocks if len(block.rows[0]) > 1]


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO `t` (`id`, `氏名`, `電話`) VALUES (1,'山田 太郎','090-1234-5678'),\n(2,'O\\'Neil, Al',NULL);",
        (
            "insert into public.t (id, 氏名, 電話)\nvalues (1, '山田 太郎', '090-1234-5678');\n"
            "insert into public.t (id, 氏名, 電話)\nvalues (2, 'O''Neil, Al', null);"
        ),
        (
            "INSERT [dbo].[t] ([id], [氏名], [電話]) VALUES (1, N'山田 太郎', N'090-1234-5678')\nGO\n"
            "INSERT [dbo].[t] ([id], [氏名], [電話]) VALUES (2, N'O''Neil, Al', NULL)\nGO"
        ),
        (
            "INSERT ALL INTO t (id, 氏名, 電話) VALUES (1, TO_CHAR('山田 太郎'), '090-1234-5678')\n"
            "INTO t (id, 氏名, 電話) VALUES (2, TO_CHAR('O''Neil, Al'), NULL) SELECT 1 FROM dual;"
        ),
        'COPY public.t (id, "氏名", "電話") FROM stdin;\n1\t山田 太郎\t090-1234-5678\n2\tO\'Neil, Al\t\\N\n\\.\n',
        (
            "CREATE TABLE `t` (\n `id` int(11) NOT NULL DEFAULT (1, 2),\n `氏名` varchar(40),\n 電話 text, PRIMARY KEY (`id`)\n);\n"
            "INSERT INTO `t` VALUES (1,'山田 太郎','090-1234-5678'),(2,'O''Neil, Al',NULL);"
        ),
    ],
    ids=["mysql", "ansi", "sql server", "oracle", "copy", "created"],
)
def test_rows_have_the_names_of_their_columns(text: str) -> None:
    assert tables(text) == [Block(ROWS, HEADER, "t")]


def test_a_comment_of_a_column_names_it() -> None:
    (table,) = tables("create table t (nm varchar(9) comment '氏名', tl text);\ninsert into t values ('山田','1');")
    assert table.header == ("nm 氏名", "tl")


def test_a_dump_is_known_without_its_name() -> None:
    assert (
        tables("INSERT INTO t (id, 氏名, 電話) VALUES (1,'山田 太郎','090-1234-5678');", "backup")[0].header == HEADER
    )


@pytest.mark.parametrize(
    "text", ["-- {}\n", "UPDATE t SET n = '{}';", "INSERT INTO t VALUES (1, '{}", "insert into t values (1, 'a\\'{}'"]
)
@pytest.mark.parametrize(
    "around", ["{}", "INSERT INTO t (a, b) VALUES (1, 2);\n{}", "{}\nINSERT INTO t (a, b) VALUES (1, 2);"]
)
def test_what_is_no_row_is_read_too(text: str, around: str) -> None:
    found = of_file(around.replace("{}", text).replace("{}", "090-1234-5678").encode(), "a.sql")
    assert "090-1234-5678" in text_of(found)
    assert losses(found) == ()


@pytest.mark.parametrize(
    "piece",
    [
        "insert into a (",
        "create table a ((",
        "('",
        "\\'",
        "insert into a values (f(",
        "(1),",
        "copy a from stdin;\n",
        "'",
        '"',
        "`",
    ],
)
def test_time_goes_with_the_length(piece: str) -> None:
    short, long = (b"insert into a values (1, '" + piece.encode() * (n // len(piece)) for n in (100_000, 800_000))
    pair = pace.growth(lambda: of_file(short, "a.sql"), lambda: of_file(long, "a.sql"), 24, 0.3)
    assert not pace.outgrows(pair, 24, 0.3), pair


def test_many_rows_are_a_limit() -> None:
    content = attached(b"INSERT INTO t VALUES " + b"(1,2)," * 1000, "a.sql")
    assert "limit" in reasons(read(content, Budget(cells=1000)))
