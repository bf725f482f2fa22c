"""Sections of a ticket below one another on one sheet: unfolded, their ids apart, without links and landmarks of their own."""

import re

_IDS = re.compile(r'\b(id|for|aria-labelledby|aria-describedby)="([^"]+)"')
_LINKS = re.compile(r"<a\b[^>]*>|</a>")
_LANDMARKS = re.compile(r'(<section\b[^>]*?) aria-labelledby="[^"]*"')
_FOLDED = re.compile(r"<details(?! open)")


def part(html: str, name: str) -> str:
    """Rendered by our templates, where no text of others can hold a quotation mark or a tag. `name`: of the section."""
    plain = _LANDMARKS.sub(r"\1", _LINKS.sub("", html))
    own = _IDS.sub(lambda found: f'{found[1]}="{" ".join(f"{name}.{one}" for one in found[2].split())}"', plain)
    return _FOLDED.sub("<details open", own)
