"""Plain text: the words of a mail that people wrote to us (a report, an answer); linear, bounded, never raises."""

from html import unescape

from mail import charset
from mail.shapes import Embedded

TEXT = 64 * 1024
"""Characters of text that are looked at."""
_BREAKS = ("<br", "</p", "</div", "</tr", "</li", "</h")
_HIDDEN = {"<style": "</style", "<script": "</script"}


def plain_text(leaves: tuple[Embedded, ...]) -> str:
    """Read the body as text: plain before HTML; the same thing said twice is read once."""
    bodies = [leaf for leaf in leaves if leaf.is_body]
    plain = [leaf for leaf in bodies if leaf.declared != "text/html"]
    shown = "\n".join(_decoded(leaf) for leaf in plain[:5])
    if not shown.strip():
        shown = "\n".join(_without_tags(_decoded(leaf)) for leaf in bodies[:5])
    return shown[:TEXT].replace("\r\n", "\n").strip()


def _decoded(leaf: Embedded) -> str:
    return charset.decode(leaf.data[: TEXT * 4], leaf.charset)[0][: TEXT * 2]


def _without_tags(html: str) -> str:
    """HTML as lines: enough to find a quotation in it; never shown to anybody. One pass: hostile HTML costs no more than other."""
    out: list[str] = []
    lower = html.lower()
    at = 0
    while (start := html.find("<", at)) >= 0:
        out.append(html[at:start])
        hidden = next((end for begin, end in _HIDDEN.items() if lower.startswith(begin, start)), "")
        closing = lower.find(hidden, start + 1) if hidden else start
        end = html.find(">", closing) if closing >= 0 else -1
        if end < 0:  # a tag that never ends: nothing behind it is shown
            return unescape("".join(out))
        out.append("\n" if lower.startswith(_BREAKS, start) else " ")
        at = end + 1
    return unescape("".join((*out, html[at:])))
