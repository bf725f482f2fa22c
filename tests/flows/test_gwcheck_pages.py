"""Seen from outside: notices and pages before a hostile reader (tokens, headers, scanners, foreign forms), and ten releases at once."""

import shutil
from pathlib import Path

import pytest

from tests.helpers import gwcheck_driver
from tests.helpers.gwcheck import ONLY_TRUSTED, failed, gwcheck
from tests.helpers.ports import free_port
from tests.helpers.program import Program

pytestmark = pytest.mark.xdist_group("gwcheck-pages")
HOLDS_NEW = '[rules.recipient-first-time]\naction = "hold"\n'


@pytest.mark.parametrize(("nodes", "database"), [(1, "sqlite"), (2, "postgresql")])
def test_no_machine_and_no_stranger_answers_and_of_ten_releases_at_once_one_is_delivered(
    nodes: int, database: str, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hop, url = free_port(), request.getfixturevalue(f"{database}_url")
    programs = [
        Program(tmp_path / str(n), hop, url, smtp_extra=ONLY_TRUSTED, extra=HOLDS_NEW, workers="1")
        for n in range(nodes)
    ]
    monkeypatch.setenv(gwcheck_driver.NODES, " ".join(f"http://127.0.0.1:{one.web}" for one in programs))
    try:
        for one in programs:
            if one is not programs[0]:  # one key for the links of all
                (one.config.parent / "var").mkdir()
                shutil.copy(programs[0].config.parent / "var" / "link.key", one.config.parent / "var" / "link.key")
            one.start()
        results = gwcheck(programs[0], hop, tmp_path, "web", "--web-driver", gwcheck_driver.__file__, "--settle", "1")
    finally:
        for one in programs:
            one.end()
    assert failed(results) == []
    passed = {int(name[4:]) for name, found in results.items() if found["status"] == "pass"}
    assert passed == {*range(1, 26)} - {20}  # the token is one piece: there is no second part to mix up
    assert results["WEB-18"]["verdict"] == "1 copies"
