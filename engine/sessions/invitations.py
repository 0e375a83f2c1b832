"""Invitation links: what is asked for in one, when it is over, and the session that a visit becomes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from unicodedata import category
from zoneinfo import ZoneInfo

from engine.bounds import LONGEST_NAME, MOST_DAYS
from engine.errors import InputError
from engine.ids import SessionId, UserId
from engine.model.guest import Guest
from engine.model.invitation import Invitation, Visit
from engine.model.session import EventSession, SessionConstraints, TimeSlot
from engine.model.session_record import SessionRecord
from engine.model.user import User
from engine.sessions.session_options import SessionOptions, length, session_of, user_named
from engine.text.plain_text import one_line, plain_text
from engine.time.instant import to_datetime
from engine.time.local_time import zone_info
from engine.time.span import DAY, MINUTE, Instant, Span

MOST_USES = 1_000
MOST_STARTS = 700
"""So many starts are shown on one page."""
LONGEST_VISITOR = 100
USUAL_DURATION, USUAL_WITHIN, USUAL_EXPIRY = "30m", "14d", "14d"


class TakenError(InputError):
    """A time that is not to be had: the same words whatever stands there."""

    def __init__(self) -> None:
        super().__init__("That time is not to be had any more", "Choose one of those below")


class WaitsError(InputError):
    """Somebody has a time that waits to be confirmed: the same words whoever it is."""

    def __init__(self) -> None:
        super().__init__(
            "A time that was chosen before still waits to be confirmed",
            "Open the mail about it, or try again in a quarter of an hour",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationOptions:
    """What is asked for of a link, as typed."""

    user: str
    title: str | None = None
    duration: str | None = None
    within: str | None = None
    days: str | None = None
    between: str | None = None
    uses: int = 1
    expires: str | None = None


def invitation_of(
    options: InvitationOptions, users: Mapping[UserId, User], id_: str, now: Instant, known: int
) -> Invitation:
    """Read it; `known` is how far ahead busy times are known, in seconds.

    Raises:
        InputError: an option cannot be read.
        UnknownThingError: there is no such user.
    """
    who = user_named(options.user, users)
    usual = f"{min(14, known // DAY)}d"
    asked = session_of(
        SessionOptions(
            host=who,
            invitees=(),
            title=options.title or f"Meeting with {one_line(users[who].name, LONGEST_NAME)}",
            duration=options.duration or USUAL_DURATION,
            within=options.within or usual,
            days=options.days,
            between=options.between,
        ),
        users,
        SessionId(id_),
        now,
        DAY,
        known,
    )
    lives = length(options.expires or USUAL_EXPIRY, "--expires")
    if not MINUTE <= lives <= MOST_DAYS * DAY:
        raise InputError(f"--expires {options.expires} is no time for a link", f"Write 1m to {MOST_DAYS}d")
    if not 1 <= options.uses <= MOST_USES:
        raise InputError(f"--uses {options.uses} is no number of bookings", f"Write 1 to {MOST_USES}")
    return Invitation(
        id=id_,
        user_id=who,
        title=asked.title,
        duration=asked.duration,
        search_days=asked.search_days,
        constraints=asked.constraints,
        uses=options.uses,
        expires_at=now + lives,
        created_at=now,
    )


def is_open(invitation: Invitation, booked: int, now: Instant) -> bool:
    """Tell whether a link by which so much was booked still offers anything."""
    over = invitation.revoked_at is not None or now >= invitation.expires_at
    return not over and booked < invitation.uses


def question(invitation: Invitation, now: Instant) -> EventSession:
    """Give the session that is asked for, as a search takes it; it is never kept."""
    return EventSession(
        id=SessionId(f"invitation-{invitation.id}"),
        host_user_id=invitation.user_id,
        invitee_ids=(),
        title=invitation.title,
        duration=invitation.duration,
        constraints=invitation.constraints,
        search_days=invitation.search_days,
        created_at=now,
        expires_at=now + DAY,
    )


def shown(
    candidates: Sequence[Instant], invitation: Invitation, zone: str, now: Instant
) -> tuple[Instant, ...]:
    """Give the starts that are offered: as far apart as the meeting is long, at most an hour.

    They stand on the owner's clock, so that none but what has passed leaves the offer as time goes by, and
    none comes to it; a gap too short for that offers its first quarter of an hour, unless the present is what
    it begins with.
    """
    step = max(15, min(60, -(-invitation.duration // 15) * 15))
    quarters = [start for start in candidates if start % _QUARTER == 0 and start > now]
    runs: list[list[Instant]] = []
    for start in quarters:
        if runs and start == runs[-1][-1] + _QUARTER:
            runs[-1].append(start)
        else:
            runs.append([start])
    info, found = zone_info(zone), list[Instant]()
    for run in runs:
        whole = run[0] - _QUARTER > now
        found += [start for start in run if _minute(start, info) % step == 0] or run[: int(whole)]
    return tuple(found[:MOST_STARTS])


_QUARTER = 15 * MINUTE


def _minute(start: Instant, zone: ZoneInfo) -> int:
    local = to_datetime(start).astimezone(zone)
    return local.hour * 60 + local.minute


_BLANK = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and patterns that nobody sees."""


def visitor_name(text: str) -> str:
    """Read what a stranger calls themselves.

    Raises:
        InputError: it is nothing, or too long.
    """
    name = one_line(plain_text(text, 10 * LONGEST_VISITOR)).strip()
    seen = any(category(sign)[0] in "LNPS" and sign not in _BLANK for sign in name)
    if not seen or len(name) > LONGEST_VISITOR:
        raise InputError("Your name is missing" if not seen else "Your name is too long", "Write it anew")
    return name


def visited(invitation: Invitation, visit: Visit, now: Instant, expire_after: int) -> EventSession:
    """Give the session that a confirmed visit becomes, its one time on offer, its guest having ticked it."""
    guest = Guest(
        address=str(visit.person["address"]),
        name=str(visit.person["name"]),
        answered_at=now,
        suits=(visit.start,),
    )
    return EventSession(
        id=visit.session_id,
        host_user_id=invitation.user_id,
        invitee_ids=(),
        guests=(guest,),
        title=invitation.title,
        duration=invitation.duration,
        proposed_times=(TimeSlot(start=visit.start, end=visit.end),),
        constraints=SessionConstraints(),
        search=Span(now, max(visit.end, now + invitation.search_days * DAY)),
        record=SessionRecord(invitation=invitation.id),
        created_at=now,
        expires_at=max(now + expire_after, visit.start),
    )
