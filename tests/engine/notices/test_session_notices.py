"""Who is told of what happens to a session: each thing once, and only what stands."""

from dataclasses import replace

import pytest

from engine.ids import SessionId, UserId
from engine.model.booking import Booking, BookingState
from engine.model.session import EventSession, TimeSlot
from engine.notices.session_notices import SessionChange, told_of
from engine.sessions import state_machine as machine
from engine.sessions.state_machine import Confirm
from engine.time.span import DAY, HOUR

NOW = 1_800_014_400
ANN, BEA, CYD = UserId("ann"), UserId("bea"), UserId("cyd")
S = BookingState


def slot(hours: int) -> TimeSlot:
    return TimeSlot(start=NOW + hours * HOUR, end=NOW + (hours + 1) * HOUR)


NEW = EventSession(
    id=SessionId("s1"),
    host_user_id=ANN,
    invitee_ids=(BEA,),
    optional_ids=(CYD,),
    title="Tea",
    duration=60,
    created_at=NOW,
    expires_at=NOW + 7 * DAY,
)
OFFERED = replace(NEW, proposed_times=(slot(24), slot(48)))
CHOSEN = machine.accept(OFFERED, slot(24).start, ANN, now=NOW, confirm=Confirm.HOST)
BOOKED = machine.schedule(CHOSEN, now=NOW)
ANSWERED = machine.accept(OFFERED, slot(24).start, BEA, now=NOW, confirm=Confirm.ALL)
REJECTED = machine.reject(OFFERED, now=NOW)
RESCHEDULED = machine.reschedule(BOOKED, now=NOW)
REFUSED = machine.decline(BOOKED, BEA, now=NOW)
AGAIN = machine.schedule(
    machine.accept(
        replace(RESCHEDULED, proposed_times=(slot(72),)), slot(72).start, ANN, now=NOW, confirm=Confirm.HOST
    ),
    now=NOW,
)
OFF = machine.cancel(BOOKED, "rain", now=NOW)
MOVED_COPY = replace(BOOKED, record=replace(BOOKED.record, change_requests={BEA: slot(30).span}))
COLLIDES = replace(BOOKED, record=replace(BOOKED.record, conflicts=("bea: busy",)))


def told(before: EventSession, after: EventSession, was: S = S.PROPOSED, now: S = S.PROPOSED) -> list[str]:
    booking = Booking(session=NEW.id, state=was, epoch=1)
    entries = told_of(SessionChange(before, after, booking, replace(booking, state=now), NOW))
    return [f"{one.payload['what']} {one.payload['user']}" for one in entries]


ALL = ("ann", "bea", "cyd")
STANDS = {"was": S.VERIFYING, "now": S.CONFIRMED}
TURNS_BACK = {"was": S.CONFIRMED, "now": S.UNDOING}
CASES = {
    "first times": ((NEW, OFFERED), {}, ["proposed ann", "expiring ann"]),
    "one left the offer": ((OFFERED, replace(OFFERED, proposed_times=(slot(48),))), {}, []),
    "the host chooses": ((OFFERED, CHOSEN), {"now": S.ACCEPTED}, []),
    "an attendee answers": ((OFFERED, ANSWERED), {}, ["answered ann"]),
    "written, not yet read back": ((CHOSEN, CHOSEN), {"was": S.WRITING, "now": S.VERIFYING}, []),
    "it stands": (
        (CHOSEN, BOOKED),
        {"was": S.VERIFYING, "now": S.CONFIRMED},
        [f"booked {one}" for one in ALL],
    ),
    "it stands at another time": (
        *((RESCHEDULED, AGAIN), {"was": S.VERIFYING, "now": S.CONFIRMED}),
        [f"moved {one}" for one in ALL],
    ),
    "none of these": ((OFFERED, REJECTED), {}, []),
    "rescheduled": ((BOOKED, RESCHEDULED), {"was": S.CONFIRMED, "now": S.UNDOING}, []),
    "rescheduled, and gone from all": (
        *((RESCHEDULED, RESCHEDULED), {"was": S.QUARANTINE, "now": S.PROPOSED}),
        [f"reopened {one}" for one in ALL],
    ),
    "a required person refuses": (
        (BOOKED, REFUSED),
        {"was": S.CONFIRMED, "now": S.UNDOING},
        ["answered ann"],
    ),
    "a write that was undone": ((OFFERED, OFFERED), {"was": S.QUARANTINE, "now": S.PROPOSED}, []),
    "called off": ((BOOKED, OFF), {"was": S.CONFIRMED, "now": S.UNDOING}, []),
    "called off, and gone from all": (
        *((OFF, OFF), {"was": S.QUARANTINE, "now": S.CANCELLED}),
        [f"cancelled {one}" for one in ALL],
    ),
    "nobody chose": (
        *((OFFERED, machine.expire(OFFERED, now=NOW + 7 * DAY)), {"now": S.CANCELLED}),
        [f"cancelled {one}" for one in ALL],
    ),
    "no time": ((NEW, machine.fail(NEW, {}, now=NOW)), {"now": S.FAILED}, ["failed ann"]),
    "something collides": ((BOOKED, COLLIDES), {"was": S.CONFIRMED, "now": S.CONFIRMED}, ["conflict ann"]),
    "it collides still": ((COLLIDES, COLLIDES), {"was": S.CONFIRMED, "now": S.CONFIRMED}, []),
    "a copy was moved": ((BOOKED, MOVED_COPY), {"was": S.CONFIRMED, "now": S.CONFIRMED}, ["conflict ann"]),
    "other words": ((BOOKED, replace(BOOKED, title="x")), {"was": S.CONFIRMED, "now": S.CONFIRMED}, []),
}


@pytest.mark.parametrize("case", CASES)
def test_who_is_told_of_a_change(case: str) -> None:
    (before, after), states, expected = CASES[case]
    assert told(before, after, **states) == expected


def keys(before: EventSession, after: EventSession, epoch: int) -> set[str]:
    booking = Booking(session=NEW.id, state=S.PROPOSED, epoch=epoch)
    return {one.dedupe_key for one in told_of(SessionChange(before, after, booking, booking, NOW))}


def test_the_same_round_asks_once_and_each_new_one_again() -> None:
    first = keys(NEW, OFFERED, 0)
    assert keys(replace(NEW, proposed_times=(slot(24),)), OFFERED, 0) == first
    second = keys(REJECTED, replace(REJECTED, proposed_times=(slot(96),)), 0)
    assert len(first & second) == 1  # what warns of the one deadline
    assert not keys(NEW, OFFERED, 1) <= first


def test_every_refusal_of_what_is_offered_begins_a_round() -> None:
    rounds = [OFFERED, REJECTED, machine.decline(OFFERED, BEA, now=NOW), RESCHEDULED, REFUSED]
    assert [one.record.round for one in rounds] == [0, 1, 1, 1, 1]
    assert machine.decline(OFFERED, CYD, now=NOW).record.round == 0
