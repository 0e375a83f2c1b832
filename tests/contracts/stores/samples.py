"""Values to store, with what a test does not care about filled in."""

from engine.ids import (
    CalendarKey,
    ConnectorName,
    EventId,
    EventUid,
    Href,
    RemoteCalendarId,
    SessionId,
    UserId,
)
from engine.model.booking import AuditEntry, Booking, Delivery, Effect, Hold, OutboxEntry, OutboxKind
from engine.model.calendar import Calendar, CalendarAccount
from engine.model.calendar_object import BusySpan, RawObject, SyncPlan
from engine.model.session import EXPIRES_AFTER, EventSession
from engine.model.user import User
from engine.time.instant import parse_instant
from engine.time.span import HOUR, Instant, Span

NOON = parse_instant("2025-11-12T12:00:00Z")
ALICE, BOB, CARA = UserId("alice"), UserId("bob"), UserId("cara")


def user(name: str = "alice", *, version: int = 0) -> User:
    """Somebody in New York."""
    return User(
        id=UserId(name),
        email=f"{name}@example.com",
        name=name.title(),
        timezone="America/New_York",
        created_at=NOON,
        updated_at=NOON,
        version=version,
    )


def session(name: str = "s1", *, created_at: Instant = NOON, host: UserId = ALICE) -> EventSession:
    """Alice asks Bob for an hour."""
    return EventSession(
        id=SessionId(name),
        host_user_id=host,
        invitee_ids=(BOB,) if host != BOB else (ALICE,),
        title="Coffee",
        duration=60,
        created_at=created_at,
        expires_at=created_at + EXPIRES_AFTER,
    )


def key(name: str = "work", connector: str = "alice-feed") -> CalendarKey:
    """The key of one calendar."""
    return CalendarKey(ConnectorName(connector), RemoteCalendarId(name))


def calendar(name: str = "work", *, version: int = 0, owner: UserId = ALICE, read: bool = True) -> Calendar:
    """One calendar of Alice's feed."""
    return Calendar(key=key(name), user_id=owner, name=name.title(), version=version, read=read)


def account(name: str = "alice-feed", owner: UserId = ALICE) -> CalendarAccount:
    """The health of Alice's feed."""
    return CalendarAccount(connector=ConnectorName(name), user_id=owner, kind="ics")


def raw(href: str = "one.ics", *, etag: str | None = '"1"', text: bytes = b"BEGIN:VCALENDAR") -> RawObject:
    """One object as a provider sends it."""
    return RawObject(
        href=Href(href), uid=EventUid(f"uid-{href}"), etag=etag, content_hash=f"hash-{href}", raw=text
    )


def busy(href: str = "one.ics", *, start: Instant = NOON, hours: int = 1, name: str = "work") -> BusySpan:
    """One busy stretch that an object gives."""
    span = Span(start, start + hours * HOUR)
    return BusySpan(calendar=key(name), href=Href(href), uid=EventUid(f"uid-{href}"), span=span)


def plan(*hrefs: str, based_on: int = 0, name: str = "work") -> SyncPlan:
    """A read that brings some objects, each busy from noon for an hour."""
    return SyncPlan(
        calendar=calendar(name, version=based_on),
        based_on=based_on,
        upserts=tuple(raw(href) for href in hrefs),
        busy={Href(href): (busy(href, name=name),) for href in hrefs},
    )


def booking(name: str = "s1", *, since: Instant = NOON) -> Booking:
    """A session's booking, not yet begun."""
    return Booking(session=SessionId(name), slot=Span(NOON, NOON + HOUR), since=since)


def effect(attendee: UserId = ALICE, *, name: str = "s1", epoch: int = 1) -> Effect:
    """A write to an attendee's calendar."""
    return Effect(
        session=SessionId(name),
        attendee=attendee,
        epoch=epoch,
        calendar=key(),
        event_id=EventId(f"{name}-{attendee}-{epoch}"),
        delivery=Delivery.WRITTEN,
    )


def hold(person: UserId = ALICE, *, name: str = "s1", start: Instant = NOON, hours: int = 1) -> Hold:
    """A time kept for a person."""
    return Hold(person=person, span=Span(start, start + hours * HOUR), session=SessionId(name))


def mail(name: str = "m1", *, dedupe_key: str | None = None, next_at: Instant = NOON) -> OutboxEntry:
    """A mail to send."""
    return OutboxEntry(
        id=name,
        kind=OutboxKind.MAIL,
        dedupe_key=dedupe_key or f"key-{name}",
        payload={"to": "bob@example.com", "parts": ["text"]},
        next_at=next_at,
        created_at=NOON,
    )


def line(action: str = "accept", *, object_id: str = "s1") -> AuditEntry:
    """A line of the audit log."""
    return AuditEntry(
        at=NOON,
        actor="alice",
        action=action,
        object_type="session",
        object_id=object_id,
        details={"from": "pending", "to": "scheduled"},
        user_id=ALICE,
    )
