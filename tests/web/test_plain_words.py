"""The words of the question and of the approver's page are true of what is asked, and say what to do next."""

import re
from dataclasses import replace

import pytest

from gateway.approval_options import Approval, ApprovalCase
from gateway.decision import Decision, risks
from tests.helpers.pages import BODY, DATA, OTHER, SENDER, SUPERIOR, TYPO, USUAL, WRONG, World, finding, read, text_of

AS_IT_IS = {"en": "gets it as it is", "ja": "気になる点のない宛先"}
FORGOTTEN = finding(
    "content-forgotten-attachment", {"message": True}, "添付と書いてありますが、ありません。", "It speaks of a file."
)
INSIDE = "mori@tachibana.example"


async def said(world: World, path: str, language: str = "en") -> str:
    async with world.client() as browser:
        return text_of((await browser.get(f"{path}?lang={language}")).text)


async def posted(world: World, path: str, *, language: str = "en", **given: str) -> str:
    """What a form is answered with, the same choice for every point."""
    async with world.client() as browser:
        form = read((await browser.get(path)).text)[0][0]
        every = given.pop("every")
        choices = {name: every for name in form.names() if name.startswith("choice-")}
        answer = await browser.post(f"{path}?lang={language}", data={"form": form.value("form"), **choices, **given})
    assert answer.status_code == 422
    return answer.text


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_nobody_is_said_to_get_it_as_it_is_where_the_content_is_asked_about(world: World, language: str) -> None:
    for findings, stands in (((TYPO,), True), ((TYPO, DATA), False), ((TYPO, BODY), False), ((FORGOTTEN,), False)):
        token, _ = await world.hold(findings)
        assert (AS_IT_IS[language] in await said(world, f"/q/{token}", language)) is stands
    for asked, stands in ((TYPO, True), (BODY, False)):
        token, _, _ = await world.asked(asked | {"action": "approve"})
        assert (AS_IT_IS[language] in await said(world, f"/a/{token}", language)) is stands


@pytest.mark.parametrize(
    ("choice", "get_it"), [("correct", [USUAL, OTHER]), ("omit", [OTHER]), ("right", [WRONG, OTHER])]
)
async def test_an_approver_of_content_sees_who_would_get_it_by_the_senders_answers(
    world: World, choice: str, get_it: list[str]
) -> None:
    sender, kept = await world.hold((TYPO, BODY | {"action": "approve"}))
    asked = {r.id: choice if r.finding["rule"] == TYPO["rule"] else "ask" for r in risks([kept])}
    await world.pages.flow.decide(sender, Decision("send", asked, "急ぎです"))
    token = await world.store.commit(lambda shelves: shelves.links.make(kept.group_id, SUPERIOR, "approval"))
    async with world.client() as browser:
        page = (await browser.get(f"/a/{token}?lang=en")).text
    listed = page.partition('id="goes-to">')[2].partition("</section>")[0]
    assert re.findall(r"<li>(.*?)</li>", re.sub(r"</?(?:span|wbr)[^>]*>", "", listed)) == get_it


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Write why below, under “If you ask"), ("ja", "理由を、下の「承認を依頼するとき」")]
)
async def test_beside_asking_somebody_else_stands_where_the_reason_goes(
    world: World, language: str, words: str
) -> None:
    token, _ = await world.hold()
    assert words in await said(world, f"/q/{token}", language)


@pytest.mark.parametrize(
    ("language", "forgotten", "other"),
    [
        (
            "en",
            "It is missing – I cancel below, attach it and send again",
            "must not go out like this – I cancel it below",
        ),
        ("ja", "添付を忘れた（下で取り消し、添付して送り直す）", "このままでは送らない（下で取り消す）"),
    ],
)
async def test_the_no_of_a_point_says_that_it_is_cancelled_below(
    world: World, language: str, forgotten: str, other: str
) -> None:
    token, _ = await world.hold((FORGOTTEN,))
    page = await said(world, f"/q/{token}", language)
    assert forgotten in page
    assert other not in page
    token, _ = await world.hold((DATA,))
    page = await said(world, f"/q/{token}", language)
    assert forgotten not in page
    assert other in page


async def test_who_did_something_is_not_taken_for_whom_it_was_asked_of(world: World) -> None:
    _, sender, _ = await world.asked()
    async with world.client() as browser:
        form = read((await browser.get(f"/q/{sender}")).text)[0][0]
        await browser.post(f"/q/{sender}", data={"form": form.value("form"), "act": "take-back"})
    assert f"asked for approval by {SENDER}" in await said(world, f"/q/{sender}")
    assert f"承認を依頼 操作した人：{SENDER}" in await said(world, f"/q/{sender}", "ja")


async def test_one_recipient_is_not_called_several(world: World) -> None:
    token, _ = await world.hold((DATA,), (OTHER, INSIDE))
    assert "This recipient may have this file" in await said(world, f"/q/{token}")
    token, _ = await world.hold((DATA,))
    assert "These recipients may have this file" in await said(world, f"/q/{token}")


async def test_the_address_of_this_message_is_not_called_that_of_today(
    world: World,
) -> None:
    token, _ = await world.hold()
    page = await said(world, f"/q/{token}")
    assert "This timeyamada@" in page
    assert "Today" not in page


async def test_a_link_to_sign_in_that_does_not_work_says_how_long_one_does(world: World) -> None:
    async with world.client() as browser:
        for language, words in (("en", "works once, for 15 minutes"), ("ja", "15分のあいだに1回だけ")):
            assert words in text_of((await browser.get(f"/sign-in/no-such-link?lang={language}")).text)


async def test_leaving_everyone_out_is_not_called_missing_either(world: World) -> None:
    token, _ = await world.hold((TYPO,), (WRONG,))
    page = await posted(world, f"/q/{token}", every="omit", act="send")
    assert "Missing:" not in page
    assert "you have left out every recipient" in page


async def test_the_recipients_are_said_to_be_those_of_before_the_answer(world: World) -> None:
    token, _ = await world.hold()
    page = await said(world, f"/q/{token}", "ja")
    assert "お預かりしたときの実際の宛先です" in page
    assert "上で直す宛先や除く宛先も、ここには元のまま表示しています" in page
    assert "エンベロープ" not in page
    assert "What you correct or leave out above is not yet shown here." in await said(world, f"/q/{token}")


@pytest.mark.parametrize(
    ("language", "missing", "note"), [("en", "Missing:", "Please note:"), ("ja", "未入力", "ご確認ください：")]
)
async def test_what_is_answered_with_no_is_not_called_missing(
    world: World, language: str, missing: str, note: str
) -> None:
    token, _ = await world.hold((DATA,))
    page = await posted(world, f"/q/{token}", every="stop", act="send", language=language)
    assert missing not in page
    assert note in text_of(page)
    page = await posted(world, f"/q/{token}", every="", act="send", language=language)
    assert missing in page
    assert note not in text_of(page)
    token, _, _ = await world.asked()
    page = await posted(world, f"/a/{token}", every="no", act="approve", language=language)
    assert missing not in page
    assert note in text_of(page)


async def test_of_two_circles_of_approvers_each_says_which_points_it_is_asked_about(world: World) -> None:
    flow = world.pages.flow
    cases = (
        ApprovalCase(rules=("recipient-typo",), approvers=("superior",)),
        ApprovalCase(rules=("content-personal-data",), approvers=("privacy officer",)),
    )
    flow.options = replace(flow.options, approval=Approval(cases=cases))
    token, _ = await world.hold()
    page = await said(world, f"/q/{token}")
    assert "Point 1: It goes to: 名取" in page
    assert "Point 2: It goes to: 森" in page
    assert "1番の点： 依頼先" in await said(world, f"/q/{token}", "ja")
    token, _ = await world.hold((TYPO,))
    assert "Point 1" not in await said(world, f"/q/{token}")
