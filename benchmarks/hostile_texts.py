"""Hostile pages, tables, structured text and RTF; each with what must come of it."""

import json
from base64 import b64encode
from collections.abc import Iterator

from hostile_archives import LIST, PEOPLE, Case

from tests.mail.making import zipped

_ROWS = [line.split(",") for line in PEOPLE.splitlines()]


def cases() -> Iterator[Case]:
    """Every page, then every other text."""
    yield from _pages()
    yield from _texts()


def _pages() -> Iterator[Case]:
    def page(text: str) -> bytes:
        return f"<html><meta charset=utf-8><body>{text}</body></html>".encode()

    rows = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in line) + "</tr>" for line in _ROWS)
    yield "html", "hold", page(f"<table>{rows}</table>"), "a.html"
    yield "html-unseen", "hold", page(f'<div style="display:none"><table>{rows}</table></div>'), "a.html"
    lines = PEOPLE.replace("\n", "<br>")
    for name, text in (
        ("comment", f"<!-- {PEOPLE} -->"), ("open-comment", f"<!-- {PEOPLE}"), ("script", f"<script>var x = `{PEOPLE}`</script>"),
        ("style", f"<style>/* {PEOPLE} */</style>"), ("template", f"<template>{lines}</template>"), ("textarea", f"<textarea>{PEOPLE}</textarea>"),
        ("title", f"<img alt='{PEOPLE}'>"), ("odd-tag", f"<x{PEOPLE}>"), ("numbers", "".join(f"&#{ord(c)};" for c in PEOPLE)),
        ("letter-by-letter", "".join(f"<b>{c}</b>" if c != "\n" else "<br>" for c in PEOPLE)),
        ("data", f'<a href="data:text/csv;base64,{b64encode(LIST).decode()}">x</a>'),
        ("packed-script", f'<script>save(atob("{b64encode(zipped({"list.csv": LIST})).decode()}"))</script>'),
        ("frame", f'<iframe srcdoc="{lines}"></iframe>'), ("escapes", "<script>'" + "".join(f"\\u{ord(c):04x}" for c in PEOPLE) + "'</script>"),
    ):  # fmt: skip
        yield f"html-{name}", "hold", page(text), "a.html"
    for name, text in (
        ("open", "<" * 500_000), ("deep", "<div>" * 200_000), ("deep-tables", "<table><tr><td>" * 20_000), ("quotes", '<a b="' * 100_000),
        ("attributes", "<a " + "b=c " * 500_000 + ">"), ("open-comments", "<!--" * 300_000), ("open-scripts", "<script>" * 200_000),
        ("references", "&" * 1_000_000), ("long-reference", "&#" + "9" * 1_000_000 + ";"), ("cells", "<table>" + "<tr><td>x" * 300_000),
    ):  # fmt: skip
        yield f"html-{name}", "live", page(text), "a.html"


def _texts() -> Iterator[Case]:
    people = [dict(zip(_ROWS[0], line, strict=True)) for line in _ROWS[1:]]
    yield "json", "hold", json.dumps(people, ensure_ascii=False).encode(), "a.json"
    yield "json-escaped", "hold", json.dumps(people).encode(), "a.json"
    yield "json-lines", "hold", "\n".join(map(json.dumps, people)).encode(), "a.jsonl"
    yield "json-deep", "live", b"[" * 500_000, "a.json"
    yield "json-deep-objects", "live", b'{"a":' * 300_000, "a.json"
    yield "json-long-number", "live", b"[" + b"9" * 2_000_000 + b"]", "a.json"
    yield (
        "xml-elements",
        "hold",
        ("<r>" + "".join(f"<p><氏名>{a}</氏名><電話>{b}</電話></p>" for a, b in _ROWS[1:]) + "</r>").encode(),
        "a.xml",
    )
    yield (
        "xml-attributes",
        "hold",
        ("<r>" + "".join(f'<p name="{a}" tel="{b}"/>' for a, b in _ROWS[1:]) + "</r>").encode(),
        "a.xml",
    )
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    yield (
        "xml-laughs",
        "live",
        f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "ha">{laughs}]><d>&l11;</d>'.encode(),
        "a.xml",
    )
    yield "xml-deep", "live", b"<?xml version='1.0'?>" + b"<a>" * 500_000, "a.xml"
    yield "csv-one-quote", "hold", LIST.replace(b"\n", b'\n"', 1), "a.csv"
    yield "csv-commas", "live", b"," * 5_000_000, "a.csv"
    yield "csv-rows", "live", b",,\n" * 1_500_000, "a.csv"
    yield "csv-quotes", "live", b'"' * 3_000_000, "a.csv"
    yield "csv-nul", "hold", LIST.replace(b",", b"\0,"), "a.csv"
    yield "csv-percent", "hold", "".join(f"%{octet:02X}" for octet in LIST).encode(), "a.txt"
    for charset in ("cp932", "euc_jp", "iso2022_jp", "utf-16", "utf-16-be", "utf-32", "utf-32-le", "utf-7"):
        yield f"csv-{charset}", "hold", PEOPLE.encode(charset), "a.csv"
    escaped = "".join(f"\\u{ord(c)}?" if not c.isascii() else c for c in PEOPLE.replace("\n", "\\par "))
    yield "rtf", "hold", f"{{\\rtf1 {escaped}}}".encode(), "a.rtf"
    yield "rtf-deep", "live", b"{\\rtf1" + b"{" * 500_000, "a.rtf"
    yield "rtf-huge-bin", "live", b"{\\rtf1\\bin2147483647 x}", "a.rtf"
