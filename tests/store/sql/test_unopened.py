"""Who reads many sealed rows at once may ask to be told of those that do not open, and gets the others."""

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from inspect import isfunction, signature
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.errors import VaultError
from engine.ids import MessageId, UserId
from engine.model.booking import Booking, OutboxEntry
from engine.model.calendar_object import RawObject
from engine.model.event import CalendarEvent
from engine.model.operations import Grant, Notification
from engine.model.reservation import Conflict, ConflictStatus, ResourceReservation
from engine.model.session import EventSession, Message, SessionStatus
from engine.ports import (
    access,
    calendars,
    events,
    history,
    invitations,
    ledger,
    notices,
    operations,
    resources,
    sessions,
)
from store.open import open_store
from store.sql.store import SqlStore, SqlTransaction
from store.vault import KeyVault
from tests.contracts.stores.samples import booking, session, user
from tests.store.sql.test_sealing import CLASH, SAID, UNTOLD

SEALED = (
    *(EventSession, Message, OutboxEntry, Booking, Conflict),
    *(CalendarEvent, Notification, Grant, ResourceReservation, RawObject),
)
NAMES = {each.__name__ for each in SEALED}
WHOLE_OR_NOTHING = {
    "Calendars.objects": "what is read of a calendar must be all of it: the rest would count as free",
    "Calendars.shared_objects": "zones that events of one calendar are read by",
    "Calendars.with_uids": "one event's own: what it tells of people waits until it opens",
    "Events.candidates": "an event that is left out would count as free time",
    "Events.candidates_with": "likewise",
    "Events.candidates_with_any": "likewise",
    "Events.exceptions": "an exception that is left out would put its instance where it no longer is",
    "Events.exceptions_of": "likewise",
    "Events.some": "what was changed, by its id",
    "Conflicts.some": "collisions that were found, by their ids",
    "Conflicts.involving": "one event's own",
    "Reservations.all": "a use that is left out would count as free",
    "Reservations.of_series": "likewise",
    "Reservations.of_session": "likewise",
    "Reservations.of_event": "a use that is left out would count as free",
    "Reservations.of_events": "likewise",
    "Reservations.overlapping": "likewise",
    "Notifications.of_user": "one person's own, and nothing waits for it",
    "Notifications.due": "nothing sends them yet",
    "Grants.of_user": "one person's own",
}
"""Methods that fail whole for one row that does not open, and why they may."""

FIRST, SECOND = session("first"), session("second")
Read = Callable[[SqlTransaction, Any], Sequence[Any]]
READ: dict[str, Read] = {
    "Sessions.listed": lambda tx, told: tx.sessions.listed(SessionStatus.PENDING, told),
    "Sessions.some": lambda tx, told: tx.sessions.some((FIRST.id, SECOND.id), told),
    "Ledger.bookings": lambda tx, told: [*tx.ledger.bookings((FIRST.id, SECOND.id), told).values()],
    "Messages.of": lambda tx, told: tx.messages.of(FIRST.id, told),
    "Outbox.listed": lambda tx, told: tx.outbox.listed(told),
    "Conflicts.all": lambda tx, told: tx.repositories.conflicts.all(told),
    "Conflicts.with_status": lambda tx, told: tx.repositories.conflicts.with_status(
        ConflictStatus.DETECTED, told
    ),
}
COLUMNS = {
    "Sessions.listed": ("event_sessions", "id", ("title", "metadata")),
    "Sessions.some": ("event_sessions", "id", ("title",)),
    "Ledger.bookings": ("booking", "session", ("reason",)),
    "Messages.of": ("messages", "id", ("content", "metadata")),
    "Outbox.listed": ("outbox", "id", ("payload",)),
    "Conflicts.all": ("conflicts", "id", ("description",)),
    "Conflicts.with_status": ("conflicts", "id", ("description",)),
}


PORTS = (
    access,
    calendars,
    events,
    history,
    invitations,
    ledger,
    notices,
    operations,
    resources,
    sessions,
)


def _gives_many(method: Callable[..., Any]) -> bool:
    """Tell by the words of its signature, whose names a port imports for type checkers alone."""
    kind, *given = re.findall(r"\w+", str(signature(method).return_annotation))
    return kind in ("Sequence", "Mapping", "Iterator", "list") and not NAMES.isdisjoint(given)


def methods() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Give every method of a port that gives many entities with something sealed."""
    for module in PORTS:
        for port in vars(module).values():
            if isinstance(port, type) and port.__module__ == module.__name__:
                for name, method in vars(port).items():
                    if isfunction(method) and _gives_many(method):
                        yield f"{port.__name__}.{name}", method


def test_every_method_that_gives_many_sealed_rows_can_tell_of_those_that_do_not_open() -> None:
    found = dict(methods())
    telling = {name for name, method in found.items() if "unopened" in signature(method).parameters}
    assert telling == READ.keys() == COLUMNS.keys()
    assert found.keys() - telling == WHOLE_OR_NOTHING.keys()


@pytest.fixture(params=["sqlite", "postgres"])
def kept(
    request: pytest.FixtureRequest, file: Path, made: Path, vault: KeyVault
) -> Iterator[tuple[SqlStore, str]]:
    url = f"sqlite:///{file}"
    if request.param == "postgres":
        url = str(request.getfixturevalue("postgres"))
    else:
        shutil.copyfile(made, file)
    store = open_store(url, vault)
    assert isinstance(store, SqlStore)
    with closing(store):
        with store.writing() as work:
            work.users.put(user())
            for one in (FIRST, SECOND):
                work.sessions.put(replace(one, metadata={"x": "y"}))
                work.ledger.open(replace(booking(one.id), reason="a reason"))
                work.messages.add(replace(SAID, id=MessageId(f"m-{one.id}"), session_id=FIRST.id))
                work.outbox.add([replace(UNTOLD, id=one.id, dedupe_key=one.id)])
                work.repositories.conflicts.put(replace(CLASH, id=one.id))
        yield store, url


SPOILT = [(name, column) for name, (_, _, columns) in COLUMNS.items() for column in columns]


@pytest.mark.parametrize(("name", "column"), SPOILT)
def test_one_row_that_does_not_open_is_told_of_and_the_others_are_given(
    kept: tuple[SqlStore, str], name: str, column: str
) -> None:
    store, url = kept
    table, key, _ = COLUMNS[name]
    with store.reading() as look:
        whole = READ[name](look, None)
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        last = connection.execute(sa.text(f"SELECT max({key}) FROM {table}")).scalar()  # noqa: S608
        other = sa.text(
            f"UPDATE {table} SET {column} = (SELECT {column} FROM {table} WHERE {key} <> :last)"  # noqa: S608
            f" WHERE {key} = :last"
        )
        assert connection.execute(other, {"last": last}).rowcount == 1
    engine.dispose()
    told: list[str] = []
    with store.reading() as look:
        left = READ[name](look, lambda row, _: told.append(row))
        assert (len(whole), [each for each in whole if each in left], told) == (2, left, [last])
        assert len(left) == 1
        with pytest.raises(VaultError):
            READ[name](look, None)


@pytest.mark.parametrize("name", READ)
def test_what_does_not_open_leaves_no_question_half_asked(kept: tuple[SqlStore, str], name: str) -> None:
    """A statement that was given up half-way would keep its connection at an old state of the store."""
    store, url = kept
    table, key, (column, *_) = COLUMNS[name]
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        first = sa.text(f"SELECT min({key}) FROM {table}")  # noqa: S608
        other = sa.text(
            f"UPDATE {table} SET {column} = (SELECT {column} FROM {table} WHERE {key} > :first)"  # noqa: S608
            f" WHERE {key} = :first"
        )
        connection.execute(other, {"first": connection.execute(first).scalar()})
    engine.dispose()
    kept_alive = list[BaseException]()
    with store.reading() as look:
        try:
            READ[name](look, None)
        except VaultError as error:
            kept_alive.append(error)
    assert kept_alive
    with store.writing() as work:
        work.users.put(replace(user(), id=UserId("new"), email="new@example.com"))
    for _ in range(3):
        with store.reading() as look:
            assert look.users.get(UserId("new")) is not None
