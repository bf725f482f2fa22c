"""Whatever somebody typed into a form of a ticket stands in it again when something was missing; and what is wrong is said in words."""

import re
from html import unescape

import pytest

from response.measures import Plan
from store.measures import Change
from tests.helpers.pages import SUPERIOR, WRONG, World, text_of
from tests.web.test_ticket import GATE, OUTWARD, press, work

TYPED = "ここまで書いた <b>"
MISSING: list[tuple[str, str, dict[str, str | list[str]]]] = [
    ("", "step", {"step": "3.1", "how": "", "note": TYPED}),
    ("", "close", {"outcome": "", "reason": TYPED}),
    ("facts", "fact", {"fact": "outline", "value": TYPED, "why": ""}),
    ("facts", "fact", {"fact": "outline", "value": "x", "why": TYPED, "proof": "99999"}),
    ("clocks", "meet", {"rule": "JP-PRELIM", "of": "outer", "at": "", "how": TYPED, "late_reason": "z"}),
    ("clocks", "void", {"rule": "JP-PRELIM", "of": "outer", "reason": ""}),
    ("decisions", "propose", {"question": "leak", "answer": "", "reason": TYPED}),
    ("letters", "phoned", {"recipient": WRONG, "reached": "", "note": TYPED}),
    ("letters", "draft", {"recipient": WRONG, "language": "en", "words": f"{TYPED} 顧客一覧.xlsx"}),
    ("letters", "answer", {"recipient": WRONG, "read": "no", "way": "", "proof": TYPED}),
    ("letters", "credible", {"recipient": WRONG, "credible": "", "reason": TYPED}),
    ("letters", "refused", {"recipient": WRONG, "reason": ""}),
    ("letters", "send", {"letter": "LETTER", "sure": "yes"}),
    ("letters", "by-hand", {"letter": "LETTER", "note": ""}),
    ("people", "watch", {"person": "ken@elsewhere.example", "reason": TYPED}),
    ("closing", "cause", {"cause": "", "note": TYPED}),
    ("closing", "plan", {"words": TYPED, "owner": "", "due": "", "test": TYPED}),
    ("closing", "finish", {"measure": "MEASURE", "effect": ""}),
    ("closing", "withdraw", {"measure": "MEASURE", "reason": ""}),
    ("keeping", "legal-hold", {"reason": ""}),
    ("keeping", "end-legal-hold", {"hold": "HOLD", "note": ""}),
    ("manual", "kind", {"kind": "", "reason": TYPED}),
    ("manual", "kind", {"kind": "forgotten-bcc", "reason": ""}),
]


async def ready(world: World) -> tuple[str, str, dict[str, str]]:
    """A ticket of which every form can be filled in: its token, its number, and what stands for the names in `MISSING`."""
    token, ticket = await world.ticket()
    await world.pages.desk.finish_step(ticket.id, GATE, by=SUPERIOR, note="")
    given = Plan("二人で確かめる", SUPERIOR, world.clock.now(), "数える", Change())
    assert await world.pages.desk.lessons.plan(ticket.id, given, by=SUPERIOR) == ""
    (measure,) = await world.store.read(lambda s: s.measures.of_ticket(ticket.id))
    held = await world.store.commit(lambda s: s.legal_holds.place("ticket", ticket.id, owner=SUPERIOR, reason="r"))
    return token, ticket.id, {"MEASURE": measure.id, "HOLD": held.id}


def fields_of(page: str) -> dict[str, list[str]]:
    """What stands in the fields of a page, by name: texts, and what is chosen."""
    found: dict[str, list[str]] = {}
    for name, inner in re.findall(r'<textarea[^>]*\bname="([^"]+)"[^>]*>([^<]*)</textarea>', page):
        found.setdefault(name, []).append(unescape(inner))
    for tag in re.findall(r"<input[^>]*>", page):
        given = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if "name" in given and (given.get("type") not in {"radio", "checkbox"} or " checked" in tag):
            found.setdefault(given["name"], []).append(unescape(given.get("value", "")))
    return found


@pytest.mark.parametrize(
    ("section", "act", "fields"), MISSING, ids=[f"{s or 'steps'} {a} {n}" for n, (s, a, _) in enumerate(MISSING)]
)
async def test_what_was_typed_stands_in_its_form_again(
    world: World, section: str, act: str, fields: dict[str, str | list[str]]
) -> None:
    token, number, names = await ready(world)
    async with world.client() as browser:
        where = await work(browser, f"/t/{token}?lang=en", number[-4:])
        path = where.partition("#")[0].replace(f"/t/{token}", f"/t/{token}/{section}".rstrip("/"))
        if "LETTER" in fields.values():
            drafted = await press(browser, path, "draft", recipient=WRONG, language="ja", subject="yes")
            names["LETTER"] = drafted.headers["location"].rpartition("#letter-")[2]
        sent = {name: names.get(str(value), value) for name, value in fields.items()}
        reply = await press(browser, path, act, **sent)
    assert reply.status_code == 422, text_of(reply.text)[:400]
    stands = fields_of(reply.text)
    for name, value in sent.items():
        if value:
            assert value in stands[name], name
    assert "<b>" not in reply.text
    tried = re.search(r'<details open>(?:(?!</details>).)*name="act" value="' + act + '"', reply.text, re.DOTALL)
    folded = act in {"step", "fact", "meet", "void", "draft", "answer", "credible", "refused", "finish", "withdraw"}
    assert bool(tried) or not folded, "what is wrong is folded away"


@pytest.mark.parametrize(
    ("fact", "given", "said"),
    [
        ("persons", {"min": "9", "max": "3"}, "The upper number is less than the lower one."),
        ("persons", {"min": "many", "max": ""}, "Write whole numbers, for example 1,200."),
        ("my_number_subjects", {"value": "3.5"}, "Write whole numbers, for example 1,200."),
        ("kinds", {"kind": "passport", "number": "some"}, "Write whole numbers, for example 1,200."),
        ("regions", {"value": "Japan"}, "Write codes of two letters for countries"),
        ("jurisdictions", {}, "Choose at least one jurisdiction."),
        ("assessed_at", {"value": "2999-01-01T00:00"}, "not in the future"),
    ],
)
async def test_what_is_wrong_with_a_fact_is_said_in_words_and_in_both_languages(
    world: World, fact: str, given: dict[str, str], said: str
) -> None:
    token, number, _ = await ready(world)
    async with world.client() as browser:
        path = await work(browser, f"/t/{token}/facts?lang=en", number[-4:])
        reply = await press(browser, path, "fact", fact=fact, why="counted", **given)
        assert (reply.status_code, said in text_of(reply.text)) == (422, True)
        for value in given.values():
            assert f'value="{value}"' in reply.text or f">{value}<" in reply.text
        japanese = await press(browser, path.replace("lang=en", "lang=ja"), "fact", fact=fact, why="counted", **given)
    assert said not in text_of(japanese.text)


async def test_boxes_that_were_ticked_and_counts_that_were_written_stand_again(world: World) -> None:
    token, number, _ = await ready(world)
    async with world.client() as browser:
        path = await work(browser, f"/t/{token}/facts?lang=en", number[-4:])
        chosen = await press(browser, path, "fact", fact="jurisdictions", code=["EU", "KR"], why="")
        assert {"EU", "KR"} <= set(fields_of(chosen.text)["code"])
        assert "JP" not in fields_of(chosen.text)["code"]
        counts: dict[str, str] = {"count-phone": "12", "count-person_name": "zwölf"}
        counted = await press(browser, path, "fact", fact="kinds", why="counted", **counts)
    stands = fields_of(counted.text)
    assert (stands["count-phone"], stands["count-person_name"]) == (["12"], ["zwölf"])


async def test_what_was_emptied_stays_empty_so_that_the_old_value_is_not_recorded_once_more(world: World) -> None:
    token, number, _ = await ready(world)
    async with world.client() as browser:
        path = await work(browser, f"/t/{token}/facts?lang=en", number[-4:])
        before = fields_of((await browser.get(path)).text)
        reply = await press(browser, path, "fact", fact="persons", why="", min="7", max="")
    stands = fields_of(reply.text)
    assert before["max"] == ["131"]
    assert (reply.status_code, stands["min"], stands["max"]) == (422, ["7"], [""])


async def test_a_choice_stands_where_something_else_comes_first_and_is_made_anew_where_it_was_done_meanwhile(
    world: World,
) -> None:
    token, ticket = await world.ticket()
    async with world.client() as browser:
        path = await work(browser, f"/t/{token}?lang=en", ticket.id[-4:])
        barred = await press(browser, path, "step", step=OUTWARD, how="done", note=TYPED)
        assert (barred.status_code, "Tell the superior first" in barred.text) == (409, True)
        assert fields_of(barred.text)["how"] == ["done"]
        assert TYPED in fields_of(barred.text)["note"]
        await press(browser, path, "step", step=GATE, how="done", note="x")
        changed = await press(browser, path, "step", step=GATE, how="done", note=TYPED)
    assert (changed.status_code, "how" in fields_of(changed.text)) == (409, False)
    assert "ここまで書いた &lt;b&gt;" in changed.text
