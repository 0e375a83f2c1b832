"""A package's rule, installed as pip does it: taken from files, commands and HTTP, asked by every search."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config import custom_rules
from daemon import knowledge
from daemon.app.requests.find_task import answered, packed
from daemon.services import Services
from engine.errors import ConfigurationError, InputError
from engine.find.search import bookable
from engine.ids import SessionId, UserId
from engine.model.constraint import ConstraintLevel
from engine.model.session import EventSession
from engine.time.instant import parse_instant
from engine.time.span import Span
from tests.daemon.family.home import SETTINGS, add, at_home, desks

POINTS = """[gatherly.rules]
School run = school_rules:school_run
Broken = school_rules:broken
Missing = school_rules:nobody
"""
CODE = """
from datetime import timedelta

def school_run(details, span, zone):
    day = span[0].replace(hour=0, minute=0, second=0, microsecond=0)
    while day < span[1]:
        yield day.replace(hour=details["hour"]), day.replace(hour=details["hour"] + 1)
        day += timedelta(days=1)

def broken(details, span, zone):
    raise LookupError("a title that is nobody's to see")
"""
FILES = (
    SETTINGS
    + """
[rules."School run"]
level = "hard"
rule = { type = "custom", hour = 8 }
"""
)
MINE = {"type": "custom", "hour": 15}


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put a package beside the others for as long as the test."""
    home = tmp_path / "site"
    info = home / "school_rules-1.0.dist-info"
    info.mkdir(parents=True)
    (home / "school_rules.py").write_text(CODE)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: school-rules\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(POINTS)
    monkeypatch.syspath_prepend(home)
    custom_rules._installed.cache_clear()
    yield
    sys.modules.pop("school_rules", None)
    custom_rules._installed.cache_clear()


def refused(services: Services, who: str, start: str) -> set[str]:
    """Name what stands against half an hour of Monday in the search for a session of somebody's."""
    session = EventSession(
        id=SessionId("s"),
        host_user_id=UserId(who),
        invitee_ids=(),
        title="",
        duration=30,
        search=Span(parse_instant("2026-01-12T00:00:00Z"), parse_instant("2026-01-13T00:00:00Z")),
        created_at=services.clock.now(),
        expires_at=services.clock.now(),
    )
    with services.store.reading() as tx:
        found = knowledge.for_session(tx, services.knowledge_policy, session, services.clock.now())
    elsewhere = json.loads(answered(packed(replace(found.request, all_starts=True))))
    codes = {one.code.value for one in bookable(found.request, parse_instant(f"2026-01-12T{start}:00Z"))}
    assert bool(codes) is (f"2026-01-12T{start}:00Z" not in elsewhere.get("starts", ()))
    return codes


def test_it_is_asked_by_every_search_and_its_trouble_is_its_own(tmp_path: Path, installed: None) -> None:
    world = at_home(tmp_path, settings=FILES)
    with world.standing(), world.services() as services:
        world.run_once()
        rules = desks(services).rules
        assert rules.add("alice", "School run", ConstraintLevel.HARD, MINE)["rule"] == MINE
        with pytest.raises(InputError, match="Nothing can check the custom rule 'Nobody'"):
            rules.add("alice", "Nobody", ConstraintLevel.HARD, MINE)
        for name in ("Broken", "Missing"):
            desks(services, "carol").rules.add("carol", name, ConstraintLevel.HARD, MINE)
        assert refused(services, "alice", "08:15") == {"custom"}
        assert refused(services, "alice", "15:45") == {"custom"}
        assert refused(services, "alice", "12:00") == set()
        assert refused(services, "bob", "08:45") == {"custom"}
        assert refused(services, "bob", "15:45") == set()
        assert refused(services, "carol", "12:00") == {"custom"}

        clash = add(services, "Choir", "2026-01-12T15:30:00Z", "2026-01-12T16:30:00Z", who=["alice"])
        (found,) = desks(services).conflicts.listed()
        assert found["involved_events"] == [clash.id]
        assert "School run" in found["description"]

        custom_rules._installed.cache_clear()
        sys.path.pop(0)
        assert refused(services, "alice", "12:00") == {"custom"}


def test_files_that_name_a_rule_of_no_package_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="Nothing can check the custom rule 'School run'"):
        at_home(tmp_path, settings=FILES).services().__enter__()
