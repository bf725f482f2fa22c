"""A manual that extends another: what it changes, adds and leaves out; every mistake with the file and the line where it stands."""

from pathlib import Path

import pytest

from response.manual import FOLDER, KINDS, Manual, ManualError, load

OWN = """
name = "ours"
extends = "misdirected-mail"
leave_out = ["2.3"]

[[steps]]
id = "2.5"
due = "PT30M"
roles = ["deputy"]

[[steps]]
id = "2.9"
phase = "2"
after = "2.1"
title = { ja = "保険会社へ知らせる", en = "Tell the insurer" }
roles = ["management"]
due_words = { ja = "当日中", en = "The same day" }
outward = true
fills = { ja = "なし", en = "Nothing" }
source = ["OWN"]

[[phases]]
id = "8"
title = { ja = "保険", en = "Insurance" }
"""


def load_own(folder: Path, text: str = OWN) -> Manual:
    (folder / "own.toml").write_text(text, "utf-8")
    return load("own.toml", folder)


def test_a_known_step_changes_the_keys_that_are_given_and_another_one_is_added(tmp_path: Path) -> None:
    base, own = load("misdirected-mail"), load_own(tmp_path)
    changed, before = own.step("2.5"), base.step("2.5")
    assert changed is not None
    assert before is not None
    assert (changed.due.seconds if changed.due else 0, changed.roles) == (1800, ("deputy",))
    assert (changed.title, changed.outward, changed.clock) == (before.title, before.outward, before.clock)
    ids = [step.id for step in own.steps]
    assert ids.index("2.9") == ids.index("2.1") + 1
    assert "2.3" not in ids
    assert len(ids) == len(base.steps)
    assert [phase.id for phase in own.phases] == [*(phase.id for phase in base.phases), "8"]


def test_its_version_is_another_one_when_the_one_below_it_changes(tmp_path: Path) -> None:
    (tmp_path / "below.toml").write_text((FOLDER / "misdirected-mail.toml").read_text("utf-8"), "utf-8")
    first = load_own(tmp_path, OWN.replace('"misdirected-mail"', '"below.toml"'))
    with (tmp_path / "below.toml").open("a", encoding="utf-8") as file:
        file.write("# another word\n")
    assert load("own.toml", tmp_path).version != first.version
    assert load("own.toml", tmp_path) != first


def test_the_manuals_of_the_kinds_stand_on_the_organisations_own(tmp_path: Path) -> None:
    own = load_own(tmp_path)
    assert set(own.kinds) == set(KINDS)
    for kind in KINDS:
        manual = own.of_kind(kind)
        assert manual.step("2.9") is not None
        assert manual.step("2.3") is None
        assert manual.name == f"ours: {kind}"
        assert len(manual.steps) > len(own.steps)
    assert len({own.version, *(manual.version for manual in own.kinds.values())}) == len(KINDS) + 1


def test_a_manual_that_stands_alone_is_for_every_kind(tmp_path: Path) -> None:
    (tmp_path / "alone.toml").write_text((FOLDER / "misdirected-mail.toml").read_text("utf-8"), "utf-8")
    alone = load("alone.toml", tmp_path)
    assert not alone.kinds
    assert alone.of_kind("forgotten-bcc") is alone


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_first_steps_of_its_own_in_both_languages(kind: str) -> None:
    base, manual = load("misdirected-mail"), load("misdirected-mail").kinds[kind]  # type: ignore[index]
    new = [step for step in manual.steps if base.step(step.id) is None]
    assert new
    assert manual.kind == kind
    for step in new:
        assert step.decision is not None
        for words in (step.title, step.fills, step.decision, step.evidence):
            assert words is None or (words.ja != words.en and any(ord(c) > 0x2FFF for c in words.ja)), step.id


def test_the_text_of_a_version_comes_back_from_the_store_as_it_was(tmp_path: Path) -> None:
    for manual in (load("misdirected-mail"), load_own(tmp_path), *load("misdirected-mail").kinds.values()):
        assert Manual.of_document(manual.version, manual.document) == manual


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('extends = "misdirected-mail"', "extends = 3", "own.toml:3: extends: names another manual"),
        ('extends = "misdirected-mail"', 'extends = "own.toml"', "own.toml:3: extends: names another manual"),
        ('extends = "misdirected-mail"', 'extends = "nowhere"', "nowhere.toml: cannot be read"),
        (
            'leave_out = ["2.3"]',
            'leave_out = ["2.33"]',
            "own.toml:4: leave_out: the manual that is extended has no step",
        ),
        ('leave_out = ["2.3"]', 'leave_out = ["1.1"]', "exactly one has gate = true, here 0"),
        ('due = "PT30M"', 'due = "soon"', "own.toml:8: steps.2.5.due: "),
        ('roles = ["deputy"]', 'roles = ["boss"]', "own.toml:9: steps.2.5.roles.0: "),
        ('after = "2.1"', 'after = "2.77"', "own.toml:14: steps.2.9.after: there is no step 2.77"),
        ('phase = "2"', 'phase = "99"', "a phase that does not exist: 2.9"),
        (', en = "Tell the insurer"', "", "own.toml:15: steps.2.9.title.en: "),
        ('source = ["OWN"]', "", "own.toml:11: steps.2.9.source: "),
        ('source = ["OWN"]', "source = [", "own.toml:22: is not TOML: Invalid value"),
    ],
)
def test_a_mistake_is_said_with_its_file_and_line(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in OWN
    with pytest.raises(ManualError) as refused:
        load_own(tmp_path, OWN.replace(old, new))
    assert expected in str(refused.value)


def test_a_mistake_in_the_one_below_is_said_with_the_file_below(tmp_path: Path) -> None:
    below = (FOLDER / "misdirected-mail.toml").read_text("utf-8").replace('roles = ["leader"]', 'roles = ["boss"]', 1)
    (tmp_path / "below.toml").write_text(below, "utf-8")
    with pytest.raises(ManualError) as refused:
        load_own(tmp_path, OWN.replace('"misdirected-mail"', '"below.toml"'))
    line = below[: below.index('"boss"')].count("\n") + 1
    assert f"below.toml:{line}: steps.1.5.roles.0: " in str(refused.value)
