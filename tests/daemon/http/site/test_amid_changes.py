"""A page shows one moment: whatever others do while it is gathered, it is whole and answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle, islice, product

import pytest

from daemon.app.insight.live_look import look
from daemon.app.session_views import SessionViews
from daemon.pages.session_parts import shape_of, shape_of_standing
from engine.ids import SessionId, UserId
from engine.model.booking import UNFINISHED, BookingState
from engine.model.session import EventSession, SessionStatus, TimeSlot
from engine.time.span import DAY, HOUR, Span
from tests.contracts.stores.samples import booking, session
from tests.daemon.http.asking import Asked, over
from tests.daemon.http.site.browsing import Browser
from tests.standins.busy_store import BusyStore

MOVING = SessionId("moving")
STEPS = (
    (SessionStatus.PENDING, BookingState.DRAFT),
    (SessionStatus.PENDING, BookingState.PROPOSED),
    (SessionStatus.PENDING, BookingState.WRITING),
    (SessionStatus.SCHEDULED, BookingState.CONFIRMED),
    (SessionStatus.SCHEDULED, BookingState.RELEASING),
    (SessionStatus.CANCELLED, BookingState.CANCELLED),
    (SessionStatus.CANCELLED, BookingState.STUCK),
    (SessionStatus.FAILED, BookingState.FAILED),
)
SHAPES = {"looking", "offered", "booking", "booked", "undoing", "cancelled", "stuck", "failed"}
EACH = tuple(product(range(len(STEPS)), range(1, len(STEPS))))
"""Where a session stands first, and so many steps it goes on after each look."""


@pytest.fixture(scope="module")
def api(shared: Asked) -> Asked:
    """Alice has one session, of which much is made."""
    with shared.services.store.writing() as tx:
        tx.sessions.put(session(MOVING, created_at=shared.world.clock.now() - HOUR))
        tx.ledger.open(replace(booking(MOVING), slot=None))
    return shared


def at_step(api: Asked, one: EventSession, number: int) -> EventSession:
    status, state = STEPS[number]
    start = api.world.clock.now() + DAY
    slot = TimeSlot(start=start, end=start + HOUR)
    taken = state in (BookingState.WRITING, BookingState.CONFIRMED, BookingState.RELEASING)
    return replace(
        one,
        status=status,
        proposed_times=(slot,) if state is BookingState.PROPOSED else (),
        final_time=slot if taken else None,
    )


def move(api: Asked, number: int) -> None:
    """Let the session stand otherwise, as whoever acts on it would."""
    with api.services.store.writing() as tx:
        found, booked = tx.sessions.get(MOVING), tx.ledger.booking(MOVING)
        assert found is not None
        assert booked is not None
        moved = tx.sessions.put(at_step(api, found, number))
        slot = None if moved.final_time is None else Span(moved.final_time.start, moved.final_time.end)
        tx.ledger.advance(booked, replace(booked, state=STEPS[number][1], slot=slot))


@contextmanager
def moving(api: Asked, first: int, pace: int) -> Iterator[None]:
    """Let the session go so many steps on after each look at the store."""
    steps = islice(cycle(range(len(STEPS))), first, None, pace)
    move(api, next(steps))
    with over(api, BusyStore(api.services.store, lambda: move(api, next(steps)), again=True)):
        yield


@pytest.mark.parametrize("path", ["/", "/week", "/new", f"/sessions/{MOVING}"])
def test_a_page_is_of_one_moment(api: Asked, path: str) -> None:
    browser = Browser(api, "alice")
    for first, pace in EACH:
        with moving(api, first, pace):
            answer = browser.get(path)
        assert answer.status_code == 200, (first, pace)


def test_a_live_look_is_of_one_moment(api: Asked) -> None:
    for first, pace in EACH:
        with moving(api, first, pace):
            access = api.doors.access
            views = SessionViews(store=access.store)
            seen = look(access.store, access.configuration, views, access.clock.now())
        assert {one["booking"]["state"] for one in seen.booking} <= UNFINISHED, (first, pace)
        assert {one["id"] for one in seen.booking} <= {one["id"] for one in seen.sessions}


def test_a_session_that_nobody_opened_has_the_shape_of_the_opened_one(api: Asked) -> None:
    desk, seen = api.services.access.desk, set()
    for number in range(len(STEPS)):
        move(api, number)
        with api.services.store.reading() as tx:
            (standing,) = tx.sessions.standing(UserId("alice"), 0)
        shape = shape_of(desk.view(MOVING))
        assert shape_of_standing(standing) == shape
        seen.add(shape)
    assert seen == SHAPES
