"""`sekisho init` writes what is not there, with the right modes, and never touches what is."""

from pathlib import Path

from service.init import initialise, next_steps
from service.settings import load
from store.seal import read_key, read_secrets


def test_a_new_installation_has_settings_a_key_and_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "etc"
    written = initialise(folder, "en")
    assert written == [folder / "sekisho.toml", folder / "content.key", folder / "var"]
    assert folder.joinpath("content.key").stat().st_mode & 0o777 == 0o600
    assert folder.joinpath("sekisho.toml").stat().st_mode & 0o007 == 0
    assert len(read_key(folder / "content.key")) == 32


def test_the_settings_that_are_written_can_be_used_as_they_are(tmp_path: Path) -> None:
    initialise(tmp_path, "en")
    settings = load(tmp_path / "sekisho.toml")
    assert settings.organisation.language == "en"
    assert settings.store.key == tmp_path / "content.key"
    assert settings.gate.start == "observe"
    assert settings.cautions == ()


def test_the_secrets_for_a_cloud_are_made_when_they_are_wanted(tmp_path: Path) -> None:
    initialise(tmp_path)
    secrets = [tmp_path / "tenant.secret", tmp_path / "stamp.secret"]
    assert initialise(tmp_path, cloud=True) == secrets
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in secrets)
    assert read_secrets(secrets[0]) != read_secrets(secrets[1])
    assert initialise(tmp_path, cloud=True) == []


def test_nothing_that_exists_is_touched(tmp_path: Path) -> None:
    tmp_path.joinpath("sekisho.toml").write_text("mine")
    tmp_path.joinpath("content.key").write_text("mine, too")
    assert initialise(tmp_path, "ja") == [tmp_path / "var"]
    assert initialise(tmp_path, "ja") == []
    assert tmp_path.joinpath("sekisho.toml").read_text() == "mine"
    assert tmp_path.joinpath("content.key").read_text() == "mine, too"


def test_two_installations_have_two_keys(tmp_path: Path) -> None:
    initialise(tmp_path / "a")
    initialise(tmp_path / "b")
    assert read_key(tmp_path / "a" / "content.key") != read_key(tmp_path / "b" / "content.key")


def test_what_to_do_next_is_said_in_both_languages(tmp_path: Path) -> None:
    written = initialise(tmp_path)
    for language, word in (("ja", "次にすること"), ("en", "What to do next")):
        words = next_steps(tmp_path, language, written)  # type: ignore[arg-type]
        assert word in words
        assert str(tmp_path / "content.key") in words
        for command in ("check", "contacts import contacts.csv", "replay --learn SENT.mbox --contacts contacts.csv"):
            assert f"sekisho {command} --config {tmp_path}/sekisho.toml" in words
