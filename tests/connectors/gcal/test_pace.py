"""Whoever asks through a connector's pace never meets Google's limits a minute."""

from dataclasses import replace
from pathlib import Path

import pytest

from connectors.budgets import HeldBudgets
from connectors.gcal.options import GoogleOptions
from connectors.gcal.pace import Pace
from engine.ids import ConnectorName
from tests.standins.google.quota import Quota
from tests.standins.surroundings import surroundings
from tests.standins.time import HandClock

PROJECT, ACCOUNT = 10_000, 600
OPTIONS = GoogleOptions.model_validate({"client_secret_file": "client.json"})


def pace_of(folder: Path, clock: HandClock, budgets: HeldBudgets, owner: str, name: str) -> Pace:
    around = replace(surroundings(folder), clock=clock, budgets=budgets, owner_email=owner)
    return Pace(OPTIONS, replace(around, name=ConnectorName(name)))


def test_a_thousand_calendars_of_one_account_take_as_many_minutes_as_they_must(tmp_path: Path) -> None:
    clock, quota = HandClock(), Quota()
    pace = pace_of(tmp_path, clock, HeldBudgets(clock), "alice@example.com", "work")
    for _ in range(1000):
        pace.allow()
        quota.spend("alice", clock.at, PROJECT, ACCOUNT)
    assert clock.at - 1000 < 180


def test_two_connectors_of_one_account_share_its_minute(tmp_path: Path) -> None:
    clock, quota = HandClock(), Quota()
    budgets = HeldBudgets(clock)
    paces = [pace_of(tmp_path, clock, budgets, "alice@example.com", name) for name in ("work", "home")]
    for _ in range(1000):
        for pace in paces:
            pace.allow()
            quota.spend("alice", clock.at, PROJECT, ACCOUNT)
    assert quota.most["alice"] > 500


def test_twenty_thousand_requests_of_many_accounts_stay_within_the_projects_minute(tmp_path: Path) -> None:
    clock, quota = HandClock(), Quota()
    budgets = HeldBudgets(clock)
    people = [f"p{number}@example.com" for number in range(100)]
    paces = {person: pace_of(tmp_path, clock, budgets, person, person) for person in people}
    for _ in range(200):
        for person, pace in paces.items():
            pace.allow()
            quota.spend(person, clock.at, PROJECT, ACCOUNT)
    assert quota.most[""] <= PROJECT
    assert clock.at - 1000 == pytest.approx(60 * (20_000 - 1500) / 7500, rel=0.05)
