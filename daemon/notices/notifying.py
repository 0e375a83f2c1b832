"""Outbox entries that tell people something, made into notices: kept for them, and planned to go out."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from daemon.app.reader import Reader
from daemon.booking.dispatch_plan import plan
from daemon.native_events import participants_of
from daemon.notices.content import Card, as_short_text
from daemon.notices.rules import NoticeRules
from daemon.notices.wording import content_of
from daemon.notices.words.notice import Telling
from engine.booking.ids import outbox_id
from engine.ids import SessionId, UserId
from engine.model.booking import ACTOR, AuditEntry, OutboxEntry
from engine.model.event import CalendarEvent, ReminderType
from engine.model.notices import EMAIL, Link, LinkVerb, NoticeKind, NoticePreferences
from engine.model.operations import Notification, NotificationPriority
from engine.model.relations import Contact
from engine.model.session import EventSession, SessionStatus
from engine.model.user import User
from engine.notices.links import epoch_of, link_id, token_of
from engine.notices.session_notices import TOLD, notice
from engine.notices.timing import ASKS, collects, digest_at, due_at
from engine.notices.truth import concerns, is_true, kind_of, readers
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock
from engine.sessions.relaxing import relaxations
from engine.time.span import DAY, Instant

NOTICE = "notice"
MATTERS = ASKS | {NoticeKind.FOLLOW_UP}
"""Kinds whose notices are of high priority (F4)."""
RELAXABLE = 30 * DAY
"""Seconds for which a failed session's relaxations can be applied: as long as the session is kept."""
UNSUBSCRIBABLE = 90 * DAY
DIGEST_OF = "digest"
"""Begins the subject of a dispatch that carries many notices."""


class Notices:
    """Keeps what people are told, and plans how it reaches them."""

    def __init__(self, store: Store, clock: Clock, rules: NoticeRules) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules

    def __call__(self, entry: OutboxEntry) -> None:
        """Make one entry's notices; an entry told again finds them there."""
        if entry.payload.get("guest"):
            self._ask_a_guest(entry)
            return
        with self._store.writing() as tx:
            session = session_of(tx, entry)
            kind = kind_of(entry)
            if kind is NoticeKind.REMINDER and session is not None:
                tx.outbox.add(_next_reminder(entry, session, self._clock.now()))
            if not is_true(kind, entry.payload, session, event_of(tx, entry), contact_of(tx, entry)):
                return
            named, rules = UserId(str(entry.payload["user"])), self._rules
            for reader in readers(kind, named, session, rules.confirm, rules.operators):
                user = tx.users.get(reader)
                if user is not None:
                    self._tell(tx, entry, kind, session, user)

    def _ask_a_guest(self, entry: OutboxEntry) -> None:
        from daemon.notices.outsiders import plan_asking  # few have guests

        with self._store.writing() as tx:
            plan_asking(tx, self._rules, entry, self._clock.now())

    def _tell(
        self, tx: Transaction, entry: OutboxEntry, kind: NoticeKind, session: EventSession | None, user: User
    ) -> None:
        name = notice_id(entry, user.id)
        if tx.repositories.notifications.get(name) is not None:
            return
        now, wishes = self._clock.now(), self._rules.preferences_of(tx, user.id)
        for link in self._links(tx, entry, kind, session, user, now):
            if tx.repositories.links.get(link.id) is None:
                tx.repositories.links.put(link)
        content = content_of(telling_of(tx, self._rules, entry, user, now))
        digest = collects(kind, wishes)
        collected = None if digest is None else digest_at(digest, user.timezone, now)
        tx.repositories.notifications.put(
            Notification(
                id=name,
                user_id=user.id,
                notification_type=str(kind),
                title=content.subject,
                message=as_short_text(replace(content, buttons=(), cards=bare(content.cards))),
                priority=NotificationPriority.HIGH if kind in MATTERS else NotificationPriority.MEDIUM,
                contact_id=contact_named(entry),
                action_url=_page_of(entry, session),
                metadata={"entry": entry.id} | ({} if session is None else {"session": session.id}),
                scheduled_for=collected,
                created_at=entry.created_at,
            )
        )
        tx.audit.add(_line(name, kind, session, user, now))
        due = due_at(kind, wishes, user.timezone, now, concerns(entry.payload, session))
        subject = name if collected is None else f"{DIGEST_OF}/{user.id}/{collected}"
        for channel in by_way(self._rules.channels_of(wishes), entry.payload.get("way")):
            plan(tx, user.id, channel, subject, due, now)
        if kind in (NoticeKind.BOOKED, NoticeKind.MOVED) and session is not None:
            tx.outbox.add(_reminders(entry, session, user, wishes, now))

    def _links(
        self,
        tx: Transaction,
        entry: OutboxEntry,
        kind: NoticeKind,
        session: EventSession | None,
        user: User,
        now: Instant,
    ) -> Iterator[Link]:
        """Make the links that a notice holds: what its reader may do, each for as long as it counts."""
        yield self._link(entry, user, None, (LinkVerb.QUIET,), now + UNSUBSCRIBABLE, now)
        if session is None:
            return
        booking = tx.ledger.booking(session.id)
        epoch = epoch_of(session, booking.epoch if booking is not None else 0)
        bound = (session.id, epoch)
        ticked = kind is NoticeKind.ANSWERED and entry.payload.get("answer") == "ticked"
        if ticked or kind in (NoticeKind.PROPOSED, NoticeKind.EXPIRING, NoticeKind.NOT_BOOKED):
            none = (LinkVerb.NONE,) if user.id == session.host_user_id else ()
            verbs = (LinkVerb.TAKE, *none, LinkVerb.CANNOT)
            yield self._link(entry, user, bound, verbs, session.expires_at, now)
        standing = session.status is SessionStatus.SCHEDULED and session.final_time is not None
        whole = session.recurrence is None or kind is NoticeKind.BOOKED
        if kind in (NoticeKind.BOOKED, NoticeKind.MOVED, NoticeKind.REMINDER) and standing and whole:
            begins = session.final_time.start if session.final_time is not None else now
            yield self._link(entry, user, bound, (LinkVerb.CANNOT,), begins, now)
        if kind is NoticeKind.FAILED:
            for one in relaxations(session):
                relax = (LinkVerb.RELAX,)
                yield self._link(entry, user, bound, relax, now + RELAXABLE, now, str(one["code"]))

    def _link(
        self,
        entry: OutboxEntry,
        user: User,
        bound: tuple[SessionId, str] | None,
        verbs: tuple[LinkVerb, ...],
        until: Instant,
        now: Instant,
        detail: str = "",
    ) -> Link:
        session, epoch = bound or (None, "")
        return Link(
            id=link_id(self._rules.identifier, entry.id, user.id, str(verbs[0]), detail),
            user_id=user.id,
            session_id=session,
            epoch=epoch,
            verbs=verbs,
            detail=detail,
            expires_at=until,
            created_at=now,
        )


def _line(name: str, kind: NoticeKind, session: EventSession | None, user: User, now: Instant) -> AuditEntry:
    """Write down that somebody was told something; what streams and webhooks follow."""
    about = {} if session is None else {"session": session.id}
    return AuditEntry(
        at=now,
        actor=ACTOR,
        action=TOLD,
        object_type=TOLD,
        object_id=name,
        details={"kind": str(kind), **about},
        user_id=user.id,
    )


def _reminders(
    entry: OutboxEntry, session: EventSession, user: User, wishes: NoticePreferences, now: Instant
) -> Iterator[OutboxEntry]:
    """Remind of it before it begins, as often as its attendee wants; what has passed is left out."""
    start = entry.payload.get("start")
    if not isinstance(start, int):
        return
    for minutes in wishes.reminders:
        at = start - minutes * 60
        if at >= now:
            details = {"start": start, "end": entry.payload["end"], "minutes": minutes}
            key = (minutes, start)
            yield notice(NoticeKind.REMINDER, session.id, user.id, now, details, *key, due=at)


def _next_reminder(entry: OutboxEntry, session: EventSession, now: Instant) -> Iterator[OutboxEntry]:
    """Remind of what follows in a series as early as of this one, also where this one is off."""
    minutes, user = entry.payload.get("minutes"), UserId(str(entry.payload["user"]))
    stands = session.status is SessionStatus.SCHEDULED and session.final_time is not None
    if session.recurrence is None or not stands or not isinstance(minutes, int):
        return
    told = entry.payload.get("start")
    for span in session.final_time.places if session.final_time is not None else ():
        due = span.start - minutes * 60
        if span.start != told and due >= now and user in session.attendee_ids:
            details = {"start": span.start, "end": span.end, "minutes": minutes}
            key = (minutes, span.start)
            yield notice(NoticeKind.REMINDER, session.id, user, now, details, *key, due=due)
            return


def bare(cards: tuple[Card, ...]) -> tuple[Card, ...]:
    """Give cards without their links: what is kept for pages holds none."""
    return tuple(replace(card, button=None) for card in cards)


def notice_id(entry: OutboxEntry, user: UserId) -> str:
    """Name one reader's notice: the entry's own name where it names just them."""
    return entry.id if entry.payload["user"] == user else outbox_id(NOTICE, entry.id, user)


def session_of(tx: Transaction, entry: OutboxEntry) -> EventSession | None:
    """Look up the session that an entry is about, if it is about one."""
    name = entry.payload.get("session")
    return tx.sessions.get(SessionId(str(name))) if name else None


def event_of(tx: Transaction, entry: OutboxEntry) -> CalendarEvent | None:
    """Look up the event of gatherly's own that an entry is about, if it is about one."""
    name = entry.payload.get("event")
    return tx.repositories.events.get(str(name)) if name else None


def contact_named(entry: OutboxEntry) -> str | None:
    """Give the contact that an entry is about, if it is about one."""
    name = entry.payload.get("contact")
    return str(name) if name else None


def contact_of(tx: Transaction, entry: OutboxEntry) -> Contact | None:
    """Look up the contact that an entry is about, if it is about one and there is one yet."""
    name = contact_named(entry)
    return tx.repositories.contacts.get(name) if name else None


def _page_of(entry: OutboxEntry, session: EventSession | None) -> str | None:
    contact = contact_named(entry)
    if contact is not None:
        return f"/people/contacts/{contact}"
    return None if session is None else f"/sessions/{session.id}"


def by_way(channels: tuple[str, ...], way: object) -> tuple[str, ...]:
    """Give the channels of a reminder's way; all of them where none is of it, so that it comes somehow."""
    mailed = tuple(one for one in channels if one == EMAIL)
    chosen = {ReminderType.EMAIL: mailed, ReminderType.PUSH: tuple(set(channels) - {EMAIL})}
    return next((found for key, found in chosen.items() if key == way and found), channels)


def telling_of(tx: Transaction, rules: NoticeRules, entry: OutboxEntry, user: User, now: Instant) -> Telling:
    """Gather all that an entry's words need for one reader."""
    session, kind = session_of(tx, entry), kind_of(entry)
    named = set() if session is None else set(session.attendee_ids)
    named |= {UserId(str(name)) for key in ("by", "owner") if (name := entry.payload.get(key))}
    event = event_of(tx, entry)
    if event is not None:
        named |= {one.user_id for one in participants_of(tx, [event])[event.id]}
    known = {one.id: one for one in tx.users.some(named)}
    wishes = rules.preferences_of(tx, user.id)
    return Telling(
        kind=kind,
        details=entry.payload,
        user=user,
        reader=Reader(user.timezone, now, wishes.hours_24),
        session=session,
        event=event,
        contact=contact_of(tx, entry),
        note=_note_of(tx, entry),
        names={name: one.name for name, one in known.items()},
        zones={name: one.timezone for name, one in known.items()},
        links=links_of(tx, rules, entry, user, session),
        lessons={} if session is None else rules.told_habits.lessons(tx, session, user),
        base=rules.base,
        is_written=rules.is_written(user.id),
    )


def _note_of(tx: Transaction, entry: OutboxEntry) -> str:
    """Give the note that an entry is about, as it stands now."""
    about = str(entry.payload.get("about") or "")
    interaction = tx.repositories.interactions.get(about) if about else None
    contact = tx.repositories.contacts.get(about) if about and interaction is None else None
    return (interaction.content if interaction is not None else contact and contact.notes) or ""


def links_of(
    tx: Transaction, rules: NoticeRules, entry: OutboxEntry, user: User, session: EventSession | None
) -> Mapping[str, str]:
    """Give where the links of a notice lead, by verb, and by code where it is a relaxation."""
    if not rules.base:
        return {}
    helping = () if session is None else relaxations(session)
    wanted = [(str(verb), "") for verb in (LinkVerb.TAKE, LinkVerb.CANNOT, LinkVerb.QUIET)]
    wanted += [(str(LinkVerb.RELAX), str(one.get("code"))) for one in helping]
    found = {}
    for verb, detail in wanted:
        link = tx.repositories.links.get(link_id(rules.identifier, entry.id, user.id, verb, detail))
        if link is not None:
            found[detail or verb] = f"{rules.base}/r/{token_of(rules.identifier, link)}"
    return found
