"""An outage is told once, and once that it is over; what passes by itself is not told at all."""

import pytest

from engine.ids import ConnectorName, UserId
from engine.model.calendar import CalendarAccount, ConnectorState
from engine.model.notices import Outage
from engine.notices.connections import hear
from engine.time.span import HOUR, Instant

NOON = 1_800_014_400
MAX_AGE = 6 * HOUR
OK, ERROR, EXPIRED = ConnectorState.OK, ConnectorState.ERROR, ConnectorState.EXPIRED


def account(state: ConnectorState, read: Instant | None = NOON) -> CalendarAccount:
    return CalendarAccount(
        connector=ConnectorName("home"),
        user_id=UserId("ann"),
        kind="caldav",
        state=state,
        last_success=read,
        last_error=None if state is OK else "it does not answer",
        failures=0 if state is OK else 3,
    )


def told(*days: tuple[int, ConnectorState]) -> list[str]:
    """Play states at hours after noon; gives what people are told, with the outage's number."""
    known: Outage | None = None
    said = []
    for hour, state in days:
        heard = hear(account(state), known, NOON + hour * HOUR, MAX_AGE)
        if heard is not None:
            known = heard.outage
            said += [f"{heard.told.payload['what']} {known.number}"] if heard.told is not None else []
    return said


LOST, BACK = "connection_lost", "connection_restored"
PLAYS = {
    "nothing fails": (((0, OK), (9, OK)), []),
    "it passes": (((1, ERROR), (2, ERROR), (3, OK)), []),
    "it lasts": (((1, ERROR), (5, ERROR), (6, ERROR), (7, ERROR)), [f"{LOST} 1"]),
    "it lasts and is over": (((1, ERROR), (7, ERROR), (8, OK), (9, OK)), [f"{LOST} 1", f"{BACK} 1"]),
    "it expires": (((1, EXPIRED), (2, EXPIRED)), [f"{LOST} 1"]),
    "it fails, then expires": (((1, ERROR), (2, EXPIRED), (9, EXPIRED)), [f"{LOST} 1"]),
    "twice": (
        ((1, EXPIRED), (2, OK), (3, EXPIRED), (4, OK)),
        [f"{LOST} 1", f"{BACK} 1", f"{LOST} 2", f"{BACK} 2"],
    ),
    "it flaps and never lasts": (((1, ERROR), (2, OK), (3, ERROR), (4, OK)), []),
}


@pytest.mark.parametrize("play", PLAYS)
def test_what_is_told_of_an_outage(play: str) -> None:
    states, expected = PLAYS[play]
    assert told(*states) == expected


def test_one_that_was_never_read_has_as_long_as_any_other() -> None:
    first = hear(account(ERROR, None), None, NOON, MAX_AGE)
    assert first is not None
    assert first.told is None
    later = hear(account(ERROR, None), first.outage, NOON + MAX_AGE, MAX_AGE)
    assert later is not None
    assert later.told is not None


def test_each_outages_notice_has_a_key_of_its_own() -> None:
    first = hear(account(EXPIRED), None, NOON, MAX_AGE)
    assert first is not None
    over = hear(account(OK), first.outage, NOON + HOUR, MAX_AGE)
    assert over is not None
    again = hear(account(EXPIRED), over.outage, NOON + 2 * HOUR, MAX_AGE)
    assert again is not None
    keys = {one.told.dedupe_key for one in (first, over, again) if one.told is not None}
    assert len(keys) == 3
