"""The stand-ins of the chaos runs are as unkind as the providers' documentation allows."""

import random
from dataclasses import fields
from pathlib import Path

import pytest

from engine.ids import EventId, InstallId, RemoteCalendarId, SessionId
from engine.model.booking import EventDraft, Mark, Person, tombstone
from engine.time.span import Span
from tests.chaos import story
from tests.chaos.story import Story
from tests.chaos.town import HARD, PEOPLE, Town
from tests.doubles.provider.connector import MemoryConnector
from tests.doubles.provider.provider import MemoryProvider
from tests.standins.google.kindness import Kindness
from tests.worlds.book_world import NOON, SimClock

pytestmark = pytest.mark.chaos

SWITCHES = [field.name for field in fields(Kindness)]


def draft() -> EventDraft:
    return EventDraft(
        event_id=EventId("e"),
        mark=Mark(install=InstallId("i"), session=SessionId("s"), epoch=1),
        span=Span(NOON, NOON + 60),
        title="",
        stamp=NOON,
        zone="UTC",
        organizer=Person(name="", email=""),
    )


def turned_on(folder: Path) -> list[str]:
    """Name the chaos files in which a kindness is named at all."""
    files = (file for file in folder.glob("*.py") if file.name != Path(__file__).name)
    return [f"{file.name}: {name}" for file in files for name in SWITCHES if name in file.read_text()]


def test_every_kindness_is_off_unless_a_test_asks_for_it() -> None:
    assert [getattr(Kindness(), name) for name in SWITCHES] == [False] * len(SWITCHES)


def test_no_chaos_run_turns_a_kindness_on(tmp_path: Path) -> None:
    assert turned_on(Path(__file__).parent) == []
    (tmp_path / "kind.py").write_text("google.state.settings.kindness.prompt_lists = True\n")
    assert turned_on(tmp_path) == ["kind.py: prompt_lists"]


def test_the_towns_providers_are_of_both_kinds_and_their_lists_lag() -> None:
    assert 0 < len(HARD) < len(PEOPLE)
    town = Town()
    with town.enter() as visit:
        for user in PEOPLE:
            provider, calendar = visit.providers[user], RemoteCalendarId(user)
            provider.write(calendar, draft(), None)
            assert provider.listed(calendar) == []
            provider.owner_deletes(calendar, EventId("e"))
            assert (provider.get(calendar, EventId("e")) is None) is (user in HARD)
    town.close()


def test_clocks_are_set_and_connections_are_out_in_the_towns() -> None:
    town = Town()
    stories = [Story(town, random.Random(seed)) for seed in range(100)]
    town.close()
    assert all(each.settings for each in stories)
    assert {seconds for each in stories for seconds in each.settings} == {story.FORWARD, story.BACK}
    assert min(story.FORWARD, -story.BACK) > story.LIST_LAG + story.QUARANTINE
    assert {each.has_outage for each in stories} == {True, False}
    assert min(story.SET_AT, story.FAULTY) > 0


def test_a_clock_that_is_set_tells_the_providers_nothing() -> None:
    town = Town()
    with town.enter() as visit:
        visit.work(sweep=False)
        before, right = town.clock.monotonic(), town.clock.right
        town.clock.set(story.BACK)
        assert (town.clock.now(), town.clock.monotonic()) == (right + story.BACK, before)
        visit.work(sweep=False)
        with visit.store.reading() as tx:
            assert [row.action for row in tx.audit.listed()] == ["clock.set"]
        provider, calendar = visit.providers[PEOPLE[0]], RemoteCalendarId(PEOPLE[0])
        provider.write(calendar, draft(), None)
        assert provider.live(calendar)[0].listed_from == right + story.LIST_LAG
    town.close()


def test_of_a_deleted_event_nothing_is_told_but_its_id() -> None:
    provider = MemoryProvider(SimClock(), keeps_ids=True)
    calendar = RemoteCalendarId("home")
    provider.add_foreign(calendar, EventId("e"), Span(NOON, NOON + 60), "Dentist")
    provider.owner_deletes(calendar, EventId("e"))
    connector = MemoryConnector(provider, InstallId("i"), [calendar])
    assert connector.read(calendar, EventId("e")) == tombstone(EventId("e"))
