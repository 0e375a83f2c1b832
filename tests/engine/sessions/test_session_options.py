"""A wish for a session, as typed on the command line."""

from dataclasses import replace

import pytest

from engine.errors import GatherlyError, InputError
from engine.ids import SessionId, UserId
from engine.model.session import TimeRange
from engine.model.user import Preferences, User
from engine.sessions.session_options import SessionOptions, session_of
from engine.time.span import DAY
from engine.time.weekday import Weekday

NOW = 1_800_000_000


def user(id_: str, name: str) -> User:
    return User(id=UserId(id_), email=f"{id_}@example.com", name=name, created_at=NOW, updated_at=NOW)


USERS = {
    one.id: one
    for one in (user("alice", "Alice"), user("bob", "Bob"), user("bo2", "bob"), user("eve", "Eve"))
}
OPTIONS = SessionOptions(host="alice", invitees=("eve@example.com",), title=" Lunch ", duration="1h30m")


def read(**changes: object) -> object:
    options = SessionOptions(**{**{name: getattr(OPTIONS, name) for name in OPTIONS.__slots__}, **changes})
    return session_of(options, USERS, SessionId("s"), NOW, 7 * DAY, 60 * DAY)


def test_people_are_found_by_id_address_and_name() -> None:
    session = session_of(OPTIONS, USERS, SessionId("s"), NOW, 7 * DAY, 60 * DAY)
    assert (session.host_user_id, session.invitee_ids) == ("alice", ("eve",))
    assert (session.title, session.duration, session.expires_at) == ("Lunch", 90, NOW + 7 * DAY)
    assert read(host="Eve", invitees=("ALICE@example.com",))


def test_days_and_hours_become_constraints() -> None:
    options = SessionOptions(
        host="alice",
        invitees=(),
        title="t",
        duration="60",
        days="monday, TUE",
        between="14:00-24:00",
        not_on=("2026-12-24",),
        within="14d",
    )
    session = session_of(options, USERS, SessionId("s"), NOW, DAY, 60 * DAY)
    assert session.constraints.days_of_week == (Weekday.MONDAY, Weekday.TUESDAY)
    assert session.constraints.time_range == TimeRange(14 * 60, 24 * 60)
    assert [str(day) for day in session.constraints.exclude_dates] == ["2026-12-24"]
    assert (session.duration, session.search_days) == (60, 14)


def test_what_a_session_can_say_besides() -> None:
    """A place, words, some of several people, time around it and before it: each comes to what it says."""
    some = SessionOptions(
        host="alice",
        invitees=(),
        title="t",
        location="Room 1",
        description="Bring it",
        any_of=("bob@example.com, Eve:1",),
        buffer="10m",
        notice="4h",
    )
    session = session_of(some, USERS, SessionId("s"), NOW, DAY, 60 * DAY)
    assert (session.location, session.description) == ("Room 1", "Bring it")
    assert [(group.any_of, group.count) for group in session.groups] == [(("bob", "eve"), 1)]
    assert (session.buffer_time, session.minimum_notice) == (10, 240)


@pytest.mark.parametrize(("preferred", "minutes"), [(None, 60), (25, 25)])
def test_without_a_length_the_hosts_own_counts(preferred: int | None, minutes: int) -> None:
    host = replace(USERS[UserId("alice")], default_preferences=Preferences(preferred_duration=preferred))
    options = replace(OPTIONS, duration=None)
    session = session_of(options, {**USERS, host.id: host}, SessionId("s"), NOW, DAY, 60 * DAY)
    assert session.duration == minutes


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"any_of": ("bob@example.com,bo2:3",)}, "--any-of"),
        ({"any_of": ("bo2:0",)}, "--any-of"),
        ({"any_of": ("bo2:two",)}, "--any-of"),
        ({"any_of": ("alice,bo2",)}, "alice is named twice"),
        ({"any_of": ("",)}, "''"),
        ({"buffer": "8d"}, "--buffer"),
        ({"notice": "soon"}, "--notice"),
        ({"notice": "367d"}, "--notice"),
        ({"location": "x" * 1001}, "--location"),
        ({"description": "x" * 10001}, "--description"),
        ({"host": "nobody"}, "nobody"),
        ({"host": "Bob"}, "2 users"),
        ({"invitees": ("alice",)}, "twice"),
        ({"title": "  "}, "title"),
        ({"duration": "soon"}, "--duration"),
        ({"duration": "0m"}, "--duration"),
        ({"days": "funday"}, "funday"),
        ({"between": "2pm"}, "--between"),
        ({"between": "25:00-26:00"}, "--between"),
        ({"not_on": ("24.12.",)}, "--not-on"),
        ({"within": "90m"}, "--within"),
        ({"within": "0d"}, "--within"),
    ],
)
def test_what_cannot_be_read_is_named(changes: dict[str, object], names: str) -> None:
    with pytest.raises(GatherlyError, match=names):
        read(**changes)


@pytest.mark.parametrize("within", ["61d", "90d", "366d", "367d", "0d", "999d", "-1d", "1441m"])
def test_nobody_looks_further_than_calendars_are_read(within: str) -> None:
    with pytest.raises(InputError, match="--within"):
        read(within=within)


@pytest.mark.parametrize("within", ["1d", "60d", "1440m", "24h", None])
def test_anybody_looks_as_far_as_calendars_are_read(within: str | None) -> None:
    assert read(within=within)


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"title": "x" * 1001}, "--title"),
        ({"duration": "527041m"}, "--duration"),
        ({"duration": "999d"}, "--duration"),
        ({"duration": "0m"}, "--duration"),
        ({"optional": ("bob",) * 201}, "twice"),
    ],
)
def test_a_wish_has_its_bounds(changes: dict[str, object], names: str) -> None:
    with pytest.raises(InputError, match=names):
        read(**changes)
