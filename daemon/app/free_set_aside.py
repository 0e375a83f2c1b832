"""Freeing what is quarantined or set aside: read anew, or let be until it changes."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from daemon.app.accept_change import read_soon
from daemon.app.quarantine import Entry, EntryKind
from daemon.app_documents.sync import DocumentSync
from daemon.sync.connector_event import note_set_aside
from daemon.sync.expiry import wake
from daemon.sync.source import Source
from engine.errors import UnknownThingError
from engine.ids import ConnectorName
from engine.model.app_document import Place
from engine.model.set_aside import NEVER, SetAside, Work
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock
from engine.stale import retry_stale
from engine.sync.plan import read_anew
from engine.sync.reading import reading
from engine.time.span import Instant, Span

AT_ONCE: Instant = 0
"""A time that has come by any clock."""


def retry(
    store: Store,
    clock: Clock,
    sources: Mapping[ConnectorName, Source],
    documents: DocumentSync | None,
    entry: Entry,
) -> str:
    """Read one entry anew, or have the daemon do so at once; gives what came of it in words."""
    if entry.kind is EntryKind.EVENT:
        return retry_stale(partial(_read_event, store, clock.now(), sources, entry), entry.name)
    if entry.kind is EntryKind.DOCUMENT:
        return _take_document(store, documents, entry)
    with store.writing() as tx:
        _due_now(tx, entry, clock.now())
    return "is tried again at once by the daemon, or by the next run --once"


def forget(tx: Transaction, entry: Entry, now: Instant) -> None:
    """Let one entry be, and speak of it no more, until it changes."""
    before = tx.repositories.set_aside.get(entry.id)
    kept = before or SetAside(
        id=entry.id,
        user_id=entry.user,
        step=entry.step,
        name=str(entry.calendar or entry.name),
        session_id=entry.session,
        reason=entry.reason,
        since=entry.since or now,
        next_at=now,
    )
    at = NEVER if entry.mark else kept.next_at
    tx.repositories.set_aside.put(replace(kept, mark=entry.mark, next_at=at, forgotten=True))
    if entry.step is Work.PROPOSE and entry.session is not None:
        tx.wakes.done(entry.session)


def _read_event(store: Store, now: Instant, sources: Mapping[ConnectorName, Source], entry: Entry) -> str:
    """Interpret the stored object anew, and have the calendar read again soon."""
    source = sources.get(entry.calendar.connector) if entry.calendar else None
    if source is None or entry.calendar is None:
        raise UnknownThingError(f"The connector of {entry.name} is not configured", "Configure it again")
    with store.reading() as tx:
        calendar = tx.calendars.get(entry.calendar)
        digests = tx.calendars.digests(entry.calendar)
        shared = {href for href, digest in digests.items() if digest.shared}
        objects = tx.calendars.objects(entry.calendar, shared | set(entry.hrefs))
    if calendar is None:
        raise UnknownThingError(f"{entry.calendar} is no calendar that was read", "gatherly quarantine list")
    asked = reading(calendar, objects, calendar.covers or Span(now, now), source.zone)
    plan = read_anew(calendar, asked, source.interpret(asked), now)
    with store.writing() as tx:
        tx.calendars.apply(plan)
        note_set_aside(tx, calendar, plan.calendar, now)
        tx.repositories.set_aside.delete(entry.id)
        wake(tx, source.user, now)
        read_soon(tx, entry.calendar.connector, now)
    still = next((bad for bad in plan.calendar.quarantined if bad.uid == entry.name), None)
    return "counts from now on" if still is None else f"still cannot be read: {still.reason}"


def _take_document(store: Store, documents: DocumentSync | None, entry: Entry) -> str:
    if documents is None:
        raise UnknownThingError(f"{entry.name} is no document: users and sessions live in the store", "")
    with store.writing() as tx:
        tx.repositories.set_aside.delete(entry.id)
    why = documents.read_anew(Place.of(entry.name))
    return "was read and written anew" if why is None else f"still is as it was: {why}"


def _due_now(tx: Transaction, entry: Entry, now: Instant) -> None:
    row = tx.repositories.set_aside.get(entry.id)
    if entry.step is Work.CALL:
        tx.repositories.set_aside.delete(entry.id)
    elif row is not None:
        tx.repositories.set_aside.put(replace(row, next_at=AT_ONCE, attempts=0, forgotten=False))
    if entry.connector is not None:
        read_soon(tx, entry.connector, now)
    if entry.session is None:
        return
    if entry.step is Work.PROPOSE:
        tx.wakes.add([entry.session], AT_ONCE)
    booking = tx.ledger.booking(entry.session)
    if entry.step is Work.BOOK and booking is not None:
        tx.ledger.advance(booking, replace(booking, next_at=AT_ONCE))
