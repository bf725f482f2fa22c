"""A draft as a Word file, to be completed by hand: headings, paragraphs, and on top that it is a draft."""

from io import BytesIO

import docx
from docx.document import Document
from docx.oxml.ns import qn

from response.drafts import Draft

_FONTS = {"ja": "Yu Gothic", "en": "Calibri"}


def word_file(draft: Draft) -> bytes:
    """The file (.docx). Takes some ten milliseconds: not in the loop."""
    made = docx.Document()
    _prepare(made, draft)
    for note in draft.notes:
        made.add_paragraph().add_run(note).italic = True
    made.add_heading(draft.title, level=0)
    for line in draft.head:
        made.add_paragraph(line)
    for item in draft.items:
        made.add_heading(item.heading, level=1)
        for paragraph in item.paragraphs:
            made.add_paragraph(paragraph)
    made.add_paragraph().add_run(draft.source).italic = True
    kept = BytesIO()
    made.save(kept)
    return kept.getvalue()


def _prepare(made: Document, draft: Draft) -> None:
    """Fonts with Japanese signs; properties of ours instead of the library's."""
    font = _FONTS[draft.language]
    for name in ("Normal", "Title", "Heading 1"):
        style = made.styles[name]
        style.font.name = font
        style.element.rPr.rFonts.set(qn("w:eastAsia"), font)
    properties = made.core_properties
    properties.author = properties.last_modified_by = draft.organisation[:255]
    properties.title = draft.title
    properties.comments = ""
    properties.language = draft.language
    properties.created = properties.modified = draft.made_at
