"""What answers programs, held against its OpenAPI document: schemathesis asks the running program, also for what is not in the document."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.openapi import from_path
from schemathesis.specs.openapi.checks import unsupported_method

from service.health import Health
from tests.helpers.house import ROOT
from tests.helpers.ports import free_port
from tests.helpers.program import Program
from web import api

pytestmark = pytest.mark.xdist_group("program")
DOCUMENT = ROOT / "docs" / "openapi.json"
document = from_path(str(DOCUMENT))
TOKEN = "0123456789abcdef" * 4
UNFIT = [unsupported_method]
"""The pages answer 404 alike to every method that they do not have."""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A program that runs, and lets others report."""
    folder = tmp_path_factory.mktemp("openapi")
    (folder / "api.token").write_text(TOKEN)
    (folder / "api.token").chmod(0o600)
    program = Program(folder, free_port(), extra='[web.api]\ntoken_file = "api.token"')
    program.start()
    yield program
    assert program.stop() == 0


@document.parametrize()
@settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
def test_every_answer_to_a_program_is_as_its_document_says_and_none_is_5xx(case: Case[Any], program: Program) -> None:
    ours = case.operation.path == api.PATH
    port = program.web if ours else program.metrics
    headers = {"Authorization": f"Bearer {TOKEN}"} if ours else {}
    answer = case.call_and_validate(base_url=f"http://127.0.0.1:{port}", headers=headers, excluded_checks=UNFIT)
    assert answer.status_code < 500


def test_every_address_for_programs_stands_in_the_document_and_no_other() -> None:
    served = {route.path for route in Health.__new__(Health).app().routes}  # type: ignore[attr-defined] # routes of paths
    assert set(json.loads(DOCUMENT.read_text())["paths"]) == {*served, api.PATH}
