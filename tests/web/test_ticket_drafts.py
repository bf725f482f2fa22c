"""Drafts on a ticket: anybody with the link reads them, who typed the number takes them out, and that is a record; the sheet of all."""

import re
from io import BytesIO

import docx
import httpx2

from response.draft_forms import ORDER
from tests.helpers.pages import SENDER, SUPERIOR, WRONG, World, read, text_of
from tests.web.test_ticket import press, work


async def exported(world: World, ticket_id: str) -> list[tuple[str, str, str]]:
    entries = await world.store.read(lambda shelves: shelves.evidence.of_events(ticket_id, "exported"))
    return [(entry.actor, entry.object, entry.body["shape"]) for entry in entries]


async def test_drafts_are_read_by_the_link_and_taken_out_by_who_typed_the_number(world: World) -> None:
    token, ticket = await world.ticket()
    async with world.client() as browser:
        page = (await browser.get(f"/t/{token}/drafts?lang=en")).text
        said = text_of(page)
        assert all(f'id="draft-{name}"' in page for name in ORDER)
        assert page.index('id="draft-ppc-preliminary"') < page.index('id="draft-gdpr-authority"')
        assert "128 to 131 persons" in said
        assert "Not asked for on the facts as they are" in said
        assert [form.value("act") for form in read(page)[0]] == ["start"]
        shut = await press(browser, f"/t/{token}/drafts", "draft", draft="ppc-final", language="ja", shape="docx")
        assert shut.status_code == 422
        assert await exported(world, ticket.id) == []

        path = await work(browser, f"/t/{token}/drafts", ticket.id[-4:])
        file = await press(browser, path, "draft", draft="ppc-final", language="ja", shape="docx")
        assert file.headers["content-disposition"].endswith('-ppc-final-ja.docx"')
        lines = [p.text for p in docx.Document(BytesIO(file.content)).paragraphs]
        assert "個人データの漏えい等報告（確報）" in lines
        assert "128～131人" in lines

        paper = await press(browser, path, "draft", draft="management", language="en", shape="print")
        assert "A misdirected mail: report to management" in text_of(paper.text)
        assert WRONG not in paper.text
        assert SENDER not in paper.text
        assert not read(paper.text)[0]
        for wrong in ({"draft": "x"}, {"language": "fr"}, {"shape": "exe"}):
            given = {"draft": "ppc-final", "language": "ja", "shape": "docx", **wrong}
            assert (await press(browser, path, "draft", **given)).status_code == 403
    assert await exported(world, ticket.id) == [
        (SUPERIOR, "draft ppc-final", "docx"),
        (SUPERIOR, "draft management", "print"),
    ]


async def test_the_whole_ticket_on_one_sheet_has_every_section_unfolded_and_nothing_to_press(world: World) -> None:
    token, ticket = await world.ticket()
    async with world.client() as browser:
        path = await work(browser, f"/t/{token}/drafts", ticket.id[-4:])
        sheet: httpx2.Response = await press(browser, path, "sheet")
    assert sheet.status_code == 200
    assert "氏名 128件" in text_of(sheet.text)
    for step in ticket.steps:
        assert f'id="tasks.step-{step.step}"' in sheet.text
    for part in ('id="timeline.timeline-title"', 'id="clocks.hard-title"'):
        assert part in sheet.text
    assert "384,000–" in sheet.text  # the estimate: 128 persons × 500 × 2 × 3, fit response
    assert not read(sheet.text)[0]
    assert "<details>" not in sheet.text
    ids = re.findall(r'\bid="([^"]+)"', sheet.text)
    assert sorted(ids) == sorted(set(ids))
    assert set(re.findall(r'aria-labelledby="([^"]+)"', sheet.text)) <= set(ids)
    assert await exported(world, ticket.id) == [(SUPERIOR, "ticket", "print")]
