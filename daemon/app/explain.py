"""Why somebody is free or busy at one moment, as the store knows it; no provider is asked."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from daemon import knowledge
from daemon.app.principal import Principal
from daemon.booking.pauses import Made
from daemon.native_events import attended, native_calendars
from engine.availability.explain import Explanation, Seen, explain
from engine.errors import UnknownThingError
from engine.ids import CalendarKey, EventUid, UserId
from engine.model.calendar import BusyStatus, Calendar
from engine.model.calendar_object import Occurrence, RawObject
from engine.model.user import User
from engine.ports.store import Store, Transaction
from engine.sessions.session_options import user_named
from engine.time.instant import local_instant
from engine.time.span import DAY, Instant, Span

WEEK_AROUND = 8 * DAY
"""How far around the moment is looked: limits of a day and of a week count what lies there."""

Objects = tuple[CalendarKey, Calendar, Sequence[RawObject]]


def explain_moment(
    principal: Principal,
    store: Store,
    policy: knowledge.KnowledgePolicy,
    lend: Made,
    user: str,
    moment: Instant | str,
    now: Instant,
) -> Explanation:
    """Tell what makes somebody free or busy; `lend` gives the connectors that read what a title is asked of.

    A moment that is written without an offset is on the user's own clock, a date alone its midnight.

    Raises:
        UnknownThingError: nobody, or several people, are called so.
    """
    with store.reading() as tx:
        users = {one.id: one for one in tx.users.all()}
        who = users[user_named(user, users)]
        if principal.is_other_than(who.id):
            raise UnknownThingError(f"{user!r} is not a user", "Ask about your own time")
        at = moment if isinstance(moment, int) else local_instant(moment, ZoneInfo(who.timezone))
        around = Span(at - WEEK_AROUND, at + WEEK_AROUND)
        known = knowledge.of_user(tx, policy, who.id, around, now)
        touching = list(_touching(tx, who.id, at))
        holds = tx.ledger.holds(who.id, Span(at, at + 1))
        rules = knowledge.rules_of(tx, policy, [who.id])
        native = _native(tx, who, at)
    return explain(who, at, known, [*_seen(lend, touching, at), *native], holds, rules)


def _native(tx: Transaction, user: User, at: Instant) -> list[Seen]:
    """Give the events of gatherly's own calendars that take somebody's time at the moment."""
    if not native_calendars(tx):
        return []
    found = [one for one in attended(tx, user, Span(at, at + 1)) if at in one.event.span]
    return [
        Seen(
            one.event.calendar,
            Occurrence(
                span=one.event.span,
                uid=EventUid(one.event.id),
                status=BusyStatus.BUSY if one.required else BusyStatus.TENTATIVE,
                title=one.event.title,
                all_day=one.event.all_day,
            ),
        )
        for one in found
    ]


def _touching(tx: Transaction, user: UserId, at: Instant) -> list[Objects]:
    """Give the stored objects that are busy around the moment."""
    touching = [span for span in tx.calendars.busy(user, Span(at - DAY, at + DAY)) if at in span.span]
    found = []
    for key in dict.fromkeys(span.calendar for span in touching):
        calendar = tx.calendars.get(key)
        if calendar is not None:
            hrefs = {span.href for span in touching if span.calendar == key}
            shared = {href for href, digest in tx.calendars.digests(key).items() if digest.shared}
            found.append((key, calendar, tx.calendars.objects(key, hrefs | shared)))
    return found


def _seen(lend: Made, touching: Sequence[Objects], at: Instant) -> list[Seen]:
    """Read objects once more: only there stand their titles."""
    if not touching:
        return []
    seen = []
    with lend({key.connector for key, _, _ in touching}) as sources:
        for key, calendar, objects in touching:
            source = sources.get(key.connector)
            if source is not None:
                zone = calendar.zone or source.zone
                read = source.connector.interpret(objects, Span(at - DAY, at + DAY), zone)
                seen += [Seen(key, occurrence) for occurrence in read.occurrences if not occurrence.ours]
    return seen
