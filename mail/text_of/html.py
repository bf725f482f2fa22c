"""html: what a person sees, and the links; tags are cut in one pass, tables keep their rows, files in data: URIs are read on."""

import re

from mail.budget import Spending
from mail.charset import decode, lost_by
from mail.shapes import Lost, Text
from mail.text_of._hint import NOT_MINE, Guess, Hint
from mail.text_of._html_page import Page
from mail.text_of.plain import is_text

KINDS = ("html",)
SUREST = 50
_ANY = re.compile(rb"<(?:!doctype html|html|head|body|table|div|script|meta|p|br|a)[\s>/]", re.IGNORECASE)
_BEGINS_PAGE = re.compile(rb"\s{0,100}<(?:!doctype html|html)[\s>]", re.IGNORECASE)
_PAGE = Guess("html", 36)
_META = re.compile(rb"""charset\s{0,8}=\s{0,8}["']?([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)


def recognises(data: bytes, hint: Hint) -> Guess:
    """Declared as HTML, or tags of HTML in the first 4 KiB of a file."""
    if hint.declared == "text/html" or hint.suffix in {"html", "htm", "xhtml", "shtml"}:
        return Guess("html", 50) if is_text(data) else NOT_MINE
    if hint.is_body:
        # Some programs show a page, whatever it is called.
        return _PAGE if hint.declared in {"", "text/plain"} and _BEGINS_PAGE.match(data) else NOT_MINE
    if not is_text(data):
        return NOT_MINE
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<?xml") and b"<html" not in head.lower():
        return NOT_MINE
    return Guess("html", 48 if head[:1] == b"<" else 12) if _ANY.search(head) else NOT_MINE


def read(data: bytes, hint: Hint, spending: Spending) -> Text:
    """Paragraphs and tables; a script in an attachment that unpacks something is a loss: its page shows what we do not see."""
    text, sure = decode(data, charset_of(data, hint))
    spending.text(len(text))
    page = Page(spending)
    page.read(text)
    lost = lost_by(text, sure=sure)
    if page.unpacks and not hint.is_body:
        lost = (*lost, Lost("unknown_format", "script"))
    return Text(tuple(page.blocks), lost, tuple(page.embedded), links=tuple(page.links))


def charset_of(data: bytes, hint: Hint) -> str:
    """What was declared outside, or else by the page itself."""
    if not hint.charset and (found := _META.search(data, 0, 4096)):
        return found[1].decode("ascii")
    return hint.charset
