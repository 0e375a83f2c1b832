"""Acceptance 56: all of it is tried without a database, on people, sessions and messages that are made."""

from random import Random

from daemon.app.principal import OPERATOR
from daemon.app.requests.conversation import say
from daemon.app.sessions import SessionDesk
from daemon.app.upkeep.seed import fill
from engine.ids import SessionId, UserId
from engine.model.session import MessageRole, SessionStatus
from engine.sessions.state_machine import Confirm
from engine.simulation.people import World, people
from engine.time.instant import parse_instant
from engine.time.span import DAY
from tests.doubles.store.store import MemoryStore
from tests.standins.time import Numbered, StillClock

NOW = parse_instant("2026-11-27T02:30:00Z")


def test_acceptance_56_seeded_people_talk_in_seeded_sessions_without_a_database() -> None:
    store, clock = MemoryStore(), StillClock(NOW)
    seeded = fill(OPERATOR, store, None, (), NOW)
    assert (len(seeded.users), len(seeded.sessions), len(seeded.past)) == (5, 4, 26)
    assert len(seeded.messages) >= 8
    desk = SessionDesk(
        store=store,
        clock=clock,
        randomness=Numbered(),
        targets={},
        confirm=Confirm.ALL,
        expire_after=7 * DAY,
        horizon=60 * DAY,
    )
    with store.reading() as tx:
        open_ones = [one.id for one in tx.sessions.listed(SessionStatus.PENDING) if one.proposed_times]
    team = open_ones[0]
    before = _answered(store, team)
    _, answers = say(desk, team, "the first one, please")
    assert answers[0].content.startswith("Take time 1: ")
    assert _answered(store, team) == [*before, MessageRole.USER, MessageRole.ASSISTANT]
    _, asked = say(desk, team, "not Friday afternoon")
    assert asked[0].content.endswith("?")


def _answered(store: MemoryStore, session: SessionId) -> list[MessageRole]:
    with store.reading() as tx:
        return [one.role for one in tx.messages.of(session)]


def test_acceptance_56_people_are_generated_and_the_same_again_from_the_same_number() -> None:
    crowd = people(Random(56), 40, World.PLAIN)
    assert [one.id for one in crowd] == [UserId(f"p{number:03}") for number in range(40)]
    assert len({one.tastes for one in crowd}) == 40
    assert {one.zone for one in crowd} == {"Europe/London", "Europe/Berlin", "America/New_York"}
    assert people(Random(56), 40, World.PLAIN) == crowd
