"""Names and subjects of hostile mail: those of the shared set where it is there, and some of our own."""

import email
import json
from email.header import decode_header, make_header
from html.parser import HTMLParser
from pathlib import Path

_SHARED = Path(__file__).parents[2] / "../shared/hostile"
OWN = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>\u202e\r\nBcc: x",
    "\"><svg onload=alert(1)>'",
    "{{7*7}}{% include 'x' %}",
    "javascript:alert(1)",
)


def hostile_names() -> list[str]:
    """Each as a person would see it, cut at 3,000 letters."""
    found = list(OWN)
    listed = _SHARED / "manifest.json"
    known = json.loads(listed.read_text("utf-8")) if listed.is_file() else {}
    for name in (name for name, about in known.items() if about.get("group") == "names"):
        message = email.message_from_bytes((_SHARED / f"{name}.eml").read_bytes())
        found.append(str(make_header(decode_header(message["Subject"] or ""))))
        found += [part.get_filename() or "" for part in message.walk()]
    return [one[:3000] for one in dict.fromkeys(found) if one]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "img", "iframe", "object", "embed", "base"}:
            self.wrong.append(tag)
        for name, value in attrs:
            runs = name.startswith("on") or name == "style" or (value or "").strip().lower().startswith("javascript:")
            if runs and name != "value":
                self.wrong.append(f"{tag} {name}")


def active(page: str) -> list[str]:
    """What a page holds that could run; [] for one that is only text and forms."""
    reader = _Reader()
    reader.feed(page)
    return reader.wrong
