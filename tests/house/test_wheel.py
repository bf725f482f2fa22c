"""The wheel holds exactly our rooms, every file of them, and the example of the settings."""

import shutil
import subprocess
import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from tests.helpers.house import ROOMS, ROOT, tracked

NOT_SHIPPED = frozenset({".md", ".po~"})


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Built without isolation from a copy of what git keeps: needs no network and leaves nothing behind."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for path in tracked():
        if path.parts[0] not in {"tests", "docs", "benchmarks"}:
            source.joinpath(path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, source / path, follow_symlinks=False)
    build = f"import setuptools.build_meta as build; print(build.build_wheel({str(target)!r}))"
    subprocess.run([sys.executable, "-c", build], cwd=source, check=True, capture_output=True)
    (file,) = target.glob("sekisho-*.whl")
    return zipfile.ZipFile(file)


def test_the_top_level_holds_exactly_our_rooms(wheel: zipfile.ZipFile) -> None:
    top = {name.split("/")[0] for name in wheel.namelist()}
    assert {name for name in top if not name.endswith(".dist-info")} == set(ROOMS)
    assert len(top) == len(ROOMS) + 1


def test_every_file_of_a_room_is_shipped(wheel: zipfile.ZipFile) -> None:
    wanted = {str(path) for path in tracked() if path.parts[0] in ROOMS and path.suffix not in NOT_SHIPPED}
    assert wanted - set(wheel.namelist()) == set()


def test_the_example_of_the_settings_is_shipped_word_for_word(wheel: zipfile.ZipFile) -> None:
    assert wheel.read("service/example.toml") == (ROOT / "config/example.toml").read_bytes()


def test_the_licence_and_the_command_are_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    names = {Path(name).name: name for name in wheel.namelist() if ".dist-info/" in name}
    assert "LICENSE" in names
    assert b"sekisho = service.__main__:main" in wheel.read(names["entry_points.txt"])


def test_no_dependency_brings_a_module_with_the_name_of_a_room() -> None:

    owners = metadata.packages_distributions()
    assert {room: owners.get(room, ["sekisho"]) for room in ROOMS} == {room: ["sekisho"] for room in ROOMS}
