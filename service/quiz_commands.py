"""`sekisho quiz`: the questions, and the results by unit."""

from dataclasses import asdict
from typing import Annotated

import typer

from response import quiz as bank
from service.console import DEFAULT_CONFIG, ConfigOption, JsonOption, as_json, in_store, out, settings_of
from service.settings import Settings
from store.clock import Clock


def quiz(
    config: ConfigOption = DEFAULT_CONFIG,
    year: Annotated[int, typer.Option("--year", help="Of the results.", show_default="this year")] = 0,
    *,
    results: Annotated[
        bool, typer.Option("--results", help="What the units answered, instead of the questions.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """The questions with answer, why and the step of the manual; with --results how many of each unit took it and passed."""
    settings = settings_of(config)
    if results:
        _results(settings, year or Clock().now().year, json=json)
        return
    language = settings.organisation.language
    for number, one in enumerate(bank.questions(), 1):
        if json:
            as_json(one.model_dump())
            continue
        out.print(f"{number}. {getattr(one.question, language)}", markup=False)
        for place, option in enumerate(one.options, 1):
            out.print(f"   {'*' if place == one.answer else ' '} {place} {getattr(option, language)}", markup=False)
        out.print(f"     {getattr(one.why, language)} ({one.step})", markup=False)


def _results(settings: Settings, year: int, *, json: bool) -> None:
    """Of so few that somebody could be guessed, nothing."""
    ja = settings.organisation.language == "ja"
    sums = in_store(settings, lambda shelves: shelves.quiz.of_year(year))
    taken, passed = bank.total(sums)
    for one in bank.results(sums):
        if json:
            as_json({"year": year, **asdict(one)})
            continue
        unit = one.unit or ("少人数の部署の合計" if ja else "small units together")
        out.print(
            f"{unit}：{one.taken} 人中 {one.passed} 人が合格" if ja else f"{unit}: {one.passed} of {one.taken} passed",
            markup=False,
        )
    if not json:
        out.print(
            f"{year} 年：{taken} 人中 {passed} 人が合格" if ja else f"{year}: {passed} of {taken} passed", markup=False
        )
