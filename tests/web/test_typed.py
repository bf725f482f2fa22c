"""Nothing that was typed is lost: after every answer but a taken one it stands in its form again, or below it, to be copied."""

import re
from html import escape

import httpx2
import pytest

from tests.helpers.every_page import Place, every_page
from tests.helpers.house import ROOT
from tests.helpers.pages import SENDER, Form, World, read, text_of
from web import typed

MARK = "書きかけ <b>&\"'"
WRITTEN = frozenset({"text", "textarea", "email", "search", "tel"})


def written(form: Form) -> dict[str, str]:
    """The form with something in each field that people write into, and no choice made."""
    texts = {name: f"{MARK}{name}" for name, _, kind, _ in form.fields if name in typed.TEXTS and kind in WRITTEN}
    return {**dict(form.as_it_stands()), **texts}


async def forms_with_texts(world: World, client: httpx2.AsyncClient) -> list[tuple[Place, Form]]:
    found: dict[tuple[str, ...], tuple[Place, Form]] = {}
    for place in await every_page(world):
        page = await client.get(place.path, headers=place.headers)
        for form in (
            read(page.text)[0] if page.status_code == 200 and "text/html" in page.headers["content-type"] else ()
        ):
            if "form" in form.names() and typed.TEXTS & form.names():
                route = re.sub(r"[0-9A-Z]{4}-[0-9A-Z]{4}|[\w-]{22,}", "*", form.action.partition("?")[0])
                found.setdefault((route, *sorted(form.names() - {"form"})), (place, form))
    return list(found.values())


async def test_whatever_form_is_not_taken_keeps_what_was_typed(world: World) -> None:
    async with world.client() as client:
        forms = await forms_with_texts(world, client)
        assert len(forms) > 20
        for place, form in forms:
            data = written(form)
            texts = [value for value in data.values() if value.startswith(MARK)]
            if not texts:
                continue
            answers = {
                "as it is": await client.post(form.action, data=data, headers=place.headers),
                "not ours": await client.post(form.action, data=data | {"form": "x"}, headers=place.headers),
                "not signed in": await client.post(form.action, data=data),
            }
            for how, answer in answers.items():
                if answer.status_code >= 400:
                    lost = [
                        text
                        for text in texts
                        if escape(text) not in answer.text.replace("&#34;", "&quot;").replace("&#39;", "&#x27;")
                    ]
                    assert lost == [], (place, form.action, how, answer.status_code)
            assert answers["not ours"].status_code >= 400, place


def test_every_field_that_people_write_into_is_known() -> None:
    pages = "".join(path.read_text() for path in (ROOT / "web/templates").glob("*.html"))
    areas = set(re.findall(r'<textarea[^>]* name="(\w+)"', pages))
    assert areas
    assert areas <= typed.TEXTS


@pytest.mark.parametrize("status", [422, 409])
def test_choices_are_put_back_where_something_was_missing_and_made_anew_where_the_matter_has_changed(
    status: int,
) -> None:
    page = (
        '<form method="post" action="/a?lang=en"><input type="hidden" name="form" value="new"><input type="hidden" name="act" value="one">'
        '<details><summary>x</summary><textarea name="words"></textarea></details><input type="radio" name="c" value="1" checked>'
        '<input type="radio" name="c" value="2"><input type="checkbox" name="d" value="yes" checked></form>'
        '<form method="post" action="/a"><input type="hidden" name="act" value="two"><textarea name="words"></textarea></form>'
    )
    given = {"form": ["old"], "act": ["one"], "words": ["a\nb"], "c": ["2"], "reason": ["why not"]}
    made, rest = typed.put_back(page, "/a", given, choices=status == 422)
    assert rest == ("why not",)
    assert 'value="new"' in made
    assert "old" not in made
    assert made.count("a\nb") == 1
    assert "<details open>" in made
    (first, _), _ = read(made)
    chosen = [value for _, value, kind, on in first.fields if kind in {"radio", "checkbox"} and on]
    assert chosen == (["2"] if status == 422 else ["1", "yes"])


LISTED = (
    '<details><form method="post" action="/a"><input type="hidden" name="act" value="one"><select name="s"><option value="" selected>none'
    '</option><option value="b">b</option></select><details><input name="t" value="as it was"></details></form></details>'
)


def test_what_was_chosen_of_a_list_is_chosen_again_and_what_was_emptied_stays_empty() -> None:
    made, _ = typed.put_back(LISTED, "/a", {"act": ["one"], "s": ["b"], "t": [""]}, choices=True)
    assert '<option value="">none</option><option value="b" selected>b</option>' in made
    assert '<input name="t" value="">' in made
    made, _ = typed.put_back(LISTED, "/a", {"act": ["one"], "s": ["b"], "t": [""]}, choices=False)
    assert '<option value="" selected>none</option><option value="b">b</option>' in made
    assert '<input name="t" value="as it was">' in made


@pytest.mark.parametrize(("given", "opened"), [("", 1), ("x", 2)])
def test_the_form_that_was_sent_is_unfolded_and_in_it_what_was_filled_in(given: str, opened: int) -> None:
    made, _ = typed.put_back(LISTED, "/a", {"act": ["one"], "t": [given]}, choices=True)
    assert made.startswith("<details open>")
    assert made.count("<details open>") == opened
    unsent, _ = typed.put_back(LISTED, "/a", {"act": ["two"], "t": [given]}, choices=True)
    assert unsent == LISTED


def test_every_field_of_a_long_form_is_put_back() -> None:
    boxes = "".join(f'<input type="checkbox" name="b{n}" value="yes">' for n in range(3000))
    page = f'<form method="post" action="/a">{boxes}<textarea name="why"></textarea></form>'
    made, rest = typed.put_back(page, "/a", {"b2999": ["yes"], "why": ["because"]}, choices=True)
    assert rest == ()
    assert made.count(" checked") == 1
    assert ">because</textarea>" in made


async def test_what_was_typed_cannot_pose_as_ours(world: World) -> None:
    token, _ = await world.hold()
    bad = '"><script>x</script></textarea><input name="act" value="send">'
    async with world.client() as client:
        (form, *_), _ = read((await client.get(f"/q/{token}")).text)
        for data in ({"form": "x", "words": bad}, {**dict(form.as_it_stands()), "why": bad, "about": bad}):
            page = (await client.post(form.action, data=data)).text
            assert "<script>" not in page
            assert "x</script>" not in page
            assert text_of(page).count("&lt;script") >= 1


async def test_a_form_of_another_site_is_not_repeated(world: World) -> None:
    async with world.client() as client:
        answer = await client.post("/report", data={"words": MARK}, headers={"origin": "https://evil.example"})
        assert answer.status_code == 403
        assert "書きかけ" not in answer.text


async def test_who_signed_out_meanwhile_signs_in_and_copies_what_was_written(world: World) -> None:
    async with world.client() as client:
        answer = await client.post("/mail/wrong/0190aaaa-0000-7000-8000-000000000000?lang=en", data={"words": MARK})
        assert answer.status_code == 401
        assert "You are not signed in any more" in answer.text
        forms, _ = read(answer.text)
        assert forms[-1].value("next") == "/mail/wrong/0190aaaa-0000-7000-8000-000000000000?lang=en"
        assert "書きかけ" in answer.text
        assert SENDER not in answer.text
