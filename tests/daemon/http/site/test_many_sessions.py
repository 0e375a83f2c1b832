"""Whoever has many sessions is shown the right ones of them, told of the rest, and waits no longer."""

from dataclasses import replace
from functools import partial

import pytest

from daemon.app.insight.tallies import Tallies
from daemon.app.principal import Principal, Role
from daemon.http.site.own_sessions import MOST_PROPOSED, OwnSessions
from daemon.pages.home_page import MOST_ASKS, MOST_UNDER_WAY, HomeSessions
from daemon.pages.viewer import Viewer
from daemon.terminal.times import Reader
from engine.ids import SessionId, UserId
from engine.model.booking import BookingState
from engine.model.session import Answer, EventSession, Response, SessionStatus, TimeSlot
from engine.time.span import DAY, HOUR, Instant, Span
from tests.contracts.stores.samples import booking, session
from tests.daemon.http.asking import Asked
from tests.daemon.http.site.browsing import Browser, Marked
from tests.work import work_of

FEW, MANY = 30, 300


@pytest.fixture(scope="module")
def crowded(shared: Asked) -> Asked:
    """Alice hosts many sessions with times on offer; long ago she had one booked for tomorrow, and more."""
    put(shared, [offered(shared, number) for number in range(MANY)])
    now = shared.world.clock.now()
    put(
        shared,
        [booked("tomorrow", now - 50 * DAY, now + DAY), booked("later", now - 40 * DAY, now + 3 * DAY)],
    )
    put(shared, [booked("past", now - 60 * DAY, now - DAY), failed("hopeless", now - HOUR)])
    put(shared, [failed("given-up", now - 5 * DAY), stuck("half-gone", now - 30 * DAY)])
    return shared


def offered(api: Asked, number: int, who: str = "alice") -> EventSession:
    now = api.world.clock.now()
    slots = (TimeSlot(start=now + 2 * DAY, end=now + 2 * DAY + HOUR, confidence=0.9),)
    made = session(f"{who}-offer-{number:03}", created_at=now - number - 1, host=UserId(who))
    return replace(made, title=f"Offer {number}", proposed_times=slots)


def booked(name: str, made_at: Instant, start: Instant) -> EventSession:
    slot = TimeSlot(start=start, end=start + HOUR, confidence=1.0)
    made = session(name, created_at=made_at)
    return replace(made, title=name.title(), status=SessionStatus.SCHEDULED, final_time=slot)


def failed(name: str, made_at: Instant) -> EventSession:
    return replace(session(name, created_at=made_at), title=name.title(), status=SessionStatus.FAILED)


def stuck(name: str, made_at: Instant) -> EventSession:
    cancelled = replace(session(name, created_at=made_at), title=name.title(), status=SessionStatus.CANCELLED)
    return replace(cancelled, completed_at=made_at + HOUR)


def put(api: Asked, sessions: list[EventSession]) -> None:
    with api.services.store.writing() as tx:
        for one in sessions:
            tx.sessions.put(one)
            slot = one.final_time or next(iter(one.proposed_times), None)
            state = {
                SessionStatus.SCHEDULED: BookingState.CONFIRMED,
                SessionStatus.CANCELLED: BookingState.STUCK,
                SessionStatus.FAILED: BookingState.FAILED,
            }.get(one.status, BookingState.PROPOSED)
            if slot is not None and one.status is SessionStatus.SCHEDULED:
                span = Span(slot.start, slot.end)
                tx.ledger.open(replace(booking(one.id), state=state, slot=span))
            else:
                tx.ledger.open(replace(booking(one.id), state=state, slot=None))


def viewer(api: Asked, who: str = "alice") -> Viewer:
    with api.services.store.reading() as tx:
        user = tx.users.get(UserId(who))
    assert user is not None
    principal = Principal(Role.USER, user.id)
    reader = Reader(user.timezone, api.world.clock.now())
    return Viewer(user=user, principal=principal, reader=reader, csrf="")


def home(api: Asked, who: str = "alice") -> HomeSessions:
    return at_home(api, viewer(api, who))


def at_home(api: Asked, viewer: Viewer) -> HomeSessions:
    with api.services.store.reading() as tx:
        return OwnSessions.of(tx, api.doors, viewer).at_home()


def ids(documents: object) -> list[str]:
    assert isinstance(documents, list)
    return [str(one["id"]) for one in documents]


def test_what_is_booked_next_stands_there_however_much_was_asked_since(crowded: Asked) -> None:
    assert ids(home(crowded).booked) == ["tomorrow", "later"]
    page = Marked(Browser(crowded, "alice").get("/").text).text
    assert page.index("Tomorrow") < page.index("Later")
    assert "Past" not in page


def test_a_week_shows_what_is_booked_in_it_however_much_was_asked_since(crowded: Asked) -> None:
    page = Marked(Browser(crowded, "alice").get("/week").text).text
    assert "Tomorrow" in page
    assert f"The times offered by {MANY - MOST_PROPOSED:,} older sessions are not drawn." in page
    last = Marked(Browser(crowded, "alice").get("/week?from=2026-11-09").text).text
    assert "Past" in last


def test_all_that_waits_is_counted_and_what_is_left_out_is_said(crowded: Asked) -> None:
    page = Marked(Browser(crowded, "alice").get("/").text).text
    assert home(crowded).awaited == MANY
    assert f"The newest {MOST_ASKS} stand here; {MANY - MOST_ASKS:,} more come up" in page


def test_what_is_stuck_or_has_just_failed_is_on_its_way(crowded: Asked) -> None:
    assert {"half-gone", "hopeless"} <= set(ids(home(crowded).under_way))
    assert "given-up" not in ids(home(crowded).under_way)


def test_who_has_answered_is_not_asked_again(crowded: Asked) -> None:
    before = home(crowded, "bob")
    assert before.awaited == MANY
    with crowded.services.store.writing() as tx:
        found = tx.sessions.get(SessionId("alice-offer-000"))
        assert found is not None
        said = Response(UserId("bob"), Answer.ACCEPTED, found.proposed_times[0].start, found.created_at)
        tx.sessions.put(replace(found, responses=(said,)))
    after = home(crowded, "bob")
    assert (after.awaited, before.awaited) == (MANY - 1, MANY)
    assert "alice-offer-000" in ids(after.under_way)
    assert len(after.under_way) <= MOST_UNDER_WAY


def test_nobody_is_told_of_sessions_of_others(crowded: Asked) -> None:
    assert not home(crowded, "carol").all()
    assert "Offer" not in Marked(Browser(crowded, "carol").get("/").text).text


def test_ten_times_as_many_sessions_are_hardly_more_work(crowded: Asked) -> None:
    put(crowded, [replace(offered(crowded, number, "root"), invitee_ids=()) for number in range(FEW)])
    few, many = viewer(crowded, "root"), viewer(crowded)
    for one in (few, many):
        at_home(crowded, one)
    less, more = (work_of(partial(at_home, crowded, one)) for one in (few, many))
    assert more.json < 2 * less.json
    assert more.calls < 4 * less.calls


def test_figures_of_many_are_counted_a_part_at_a_look_and_the_rest_beside(crowded: Asked) -> None:
    tallies, store, alice = Tallies(at_once=FEW), crowded.services.store, UserId("alice")
    with store.reading() as tx:
        first = tallies.taken(tx, alice)
        assert (len(first.lines), first.unopened) == (FEW, 0)
        assert first.uncounted > MANY - FEW
    tallies.go_on(store, alice)
    tallies.finish()
    with store.reading() as tx:
        whole = tallies.taken(tx, alice)
    assert (len(whole.lines), whole.uncounted) == (FEW + first.uncounted, 0)


def test_a_page_of_figures_says_of_how_many_they_are_not_yet(crowded: Asked) -> None:
    crowded.doors.tallies = Tallies(at_once=FEW)
    crowded.doors.tallies.ending.set()
    page = Browser(crowded, "alice").get("/insight").text
    assert "older sessions are still being counted." in page
    assert 'data-stream="all"' in page
    told = crowded("alice", "GET", "/v1/analytics").json()
    assert (told["sessions"], told["uncounted"] > 0) == (2 * FEW, True)
    crowded.doors.tallies = Tallies()
    assert crowded("alice", "GET", "/v1/analytics").json()["uncounted"] == 0
    assert "still being counted" not in Browser(crowded, "alice").get("/insight").text


def test_the_next_days_are_drawn_and_told_in_words(crowded: Asked) -> None:
    page = Browser(crowded, "alice").get("/").text
    (drawn,) = [told for tag, told in Marked(page).tags if told.get("class") == "next-days"]
    assert "booked are Tomorrow Tue 17 Nov, Later Thu 19 Nov" in str(drawn["aria-label"])
    assert f"{MOST_ASKS} proposed" in str(drawn["aria-label"])
    marks = [told.get("class") for tag, told in Marked(page).tags if tag == "rect"]
    assert (marks.count("track"), marks.count("k")) == (7, 2)
