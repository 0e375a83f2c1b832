"""What happened, as sentences: one a line, the day as a heading."""

from collections.abc import Iterator, Mapping

from daemon.app.log import PROFILE, LogRecord, Told
from daemon.terminal.audience import Audience
from daemon.terminal.paint import Role, paint
from daemon.terminal.times import counted
from engine.model.session import EventSession
from engine.text.plain_text import one_line
from engine.time.span import Span

RELOAD, REFUSED = "daemon.reload", "daemon.reload_refused"
_STATES = {
    "ok": "{name} is in step again",
    "error": "{name} cannot be read: {error}",
    "expired": "{name} is no longer let in: {error}",
    "degraded": "{name} is read in part: {error}",
    "stale": "{name} is too old",
    "disabled": "{name} is switched off",
}
_SET_ASIDE = {
    "connector.set_aside": "cannot be understood, and {is_} set aside; {how} why",
    "connector.freed": "{is_} set aside no longer",
}
_OTHERS = {
    "export": "Everything of {name} was handed out",
    "delete": "{name} was forgotten",
    RELOAD: "The daemon works with its files as they are now",
    REFUSED: "The daemon did not take its files, and goes on with the older ones: {refused}",
    "user.created": "{name} became a user",
    "user.settings": "{name} has other settings: {set}",
    "view": "{who} looked at when {name} is free",
    "profile.forget": "{who} had what was learned of {name} forgotten: {forgotten}",
    "store.seeded": "The store was filled with examples",
}
_SHARED = frozenset({"event", "calendar", "resource", "reservation", "rule", "conflict"})
"""Kinds of the family's own things."""
_ONES_OWN = frozenset({"contact", "interaction", "interest", "relationship", "memory", "briefing"})
"""Kinds of what somebody keeps of whom they know."""
_DID = {
    "view": "looked at",
    "create": "entered",
    "update": "changed",
    "delete": "removed",
}
_FAMILY = {
    "create": "added",
    "delete": "taken away",
    "export": "exported",
    "conflict.found": "found",
    "conflict.ended": "ended",
}
_BY = {
    "move": "moved",
    "confirm": "confirmed",
    "cancel": "called off",
    "answer": "answered",
    "reopen": "proposed anew",
}
"""What happened to an event, by what changed it."""
_WORDS = {
    "session.booked": "{title} is booked for {when}",
    "session.moved": "{title} was moved to {when}",
    "session.reopened": "{title} looks for a time again",
    "session.failed": "No time was found for {title}",
    "session.stuck": "{title} could not be taken back everywhere; a copy is left",
    "session.released": "{who} let a copy of {title} be, in {calendars}",
    "copy.written": "{calendar} has {title}",
    "copy.invited": "{who} was invited to {title} by mail",
    "copy.removed": "{calendar} no longer has {title}",
    "copy.failed": "{calendar} did not take {title}: {error}",
}


class Sentences:
    """Says what happened to one reader; a day is named once, before its first line."""

    def __init__(self, view: Audience) -> None:
        self._view = view
        self._day = ""

    def lines(self, told: Told) -> Iterator[str]:
        """Give the lines of what was told."""
        reader = self._view.reader
        for one in told.records:
            day = reader.day(one.at)
            if day != self._day:
                self._day = day
                yield paint(Role.STRONG, f"{day}, {reader.place}")
            clock = paint(Role.QUIET, reader.clock(one.at, seconds=True))
            yield f"{clock}  {self.said(one, told.sessions)}"

    def said(self, one: LogRecord, sessions: Mapping[str, EventSession]) -> str:
        """Say one thing in a line, without its time."""
        return one_line(self._said(one, sessions))

    def _said(self, one: LogRecord, sessions: Mapping[str, EventSession]) -> str:
        if one.event == "connector.state":
            known = {
                "error": "gatherly status says how it stands",
                **{k: v for k, v in one.details.items() if v},
            }
            words = _STATES.get(str(one.details.get("state")), "{name} is {state}")
            return words.format(name=one.name, **{key: known.get(key, "") for key in ("error", "state")})
        if one.event in _SET_ASIDE:
            return _of_events(one)
        if one.about == "session":
            return self._of_session(one, sessions.get(one.name))
        if one.about == "clock":
            return f"The clock was set, from {self._at(one, 'due')} to {self._at(one, 'shown')}"
        if one.about in _SHARED:
            return self._of_family(one)
        if one.about in _ONES_OWN:
            return self._of_people(one)
        return self._other(one)

    def _of_people(self, one: LogRecord) -> str:
        """Say what somebody did with whom they know; nobody's name is in the log."""
        who = "Somebody" if one.user is None else self._view.name(one.user)
        if one.event == "export":
            return f"{who} had their contacts exported"
        return f"{who} {_DID.get(one.event, 'changed')} the {one.about} {one.name[:8]}"

    def _of_family(self, one: LogRecord) -> str:
        """Say what happened to one of the family's things, and who did it; its words are not in the log."""
        by = one.details.get("by")
        words = _FAMILY.get(one.event) or _BY.get(str(by), "changed")
        who = "" if one.user is None else f" by {self._view.name(one.user)}"
        what = f"The {one.about} {one.name} was {words}"
        if by == "copy":
            done = one.details.get("new", {})
            what = f"A copy of the {one.about} {one.name} was {done.get('copy', words)}"
        return f"{what}{who}"

    def _other(self, one: LogRecord) -> str:
        """Say what happened to a user, to the daemon, or to the store."""
        event = REFUSED if one.event == RELOAD and one.details.get("refused") else one.event
        told = {key: _listed(value) for key, value in {"set": (), "forgotten": "", **one.details}.items()}
        nobody = "An operator" if one.about == PROFILE else "Somebody"
        who = nobody if one.user is None else self._view.name(one.user)
        told |= {"name": self._view.name(one.name), "who": who, "event": one.event}
        return _OTHERS.get(event, "{name}: {event}").format_map(told)

    def _at(self, one: LogRecord, key: str) -> str:
        value = one.details.get(key)
        return self._view.reader.when(value) if isinstance(value, int) else "an unknown time"

    def _of_session(self, one: LogRecord, session: EventSession | None) -> str:
        title = session.title if session is not None else f"session {one.name[:8]}"
        who = "Somebody" if one.user is None else self._view.name(one.user)
        if one.event == "session.asked":
            return self._asked(one, session, title, who)
        if one.event == "session.proposed":
            slots = int(one.details.get("slots", 0))
            return f"{counted(slots, 'time')} {'was' if slots == 1 else 'were'} offered for {title}"
        if one.event == "session.answered":
            slot = one.details.get("slot")
            return f"{who} {one.details.get('answer')} {f'time {slot} of ' if slot else ''}{title}"
        if one.event == "session.accepted":
            return f"{who} took {self._when(one)} for {title}"
        if one.event == "session.cancelled":
            expired = "Nobody answered in time: " if one.details.get("expired") else ""
            return f"{expired}{title} was called off"
        if one.event == "session.released" and one.user is None:
            who = "An operator"
        calendar = str(one.details.get("calendar", "")).removesuffix("/.")
        left = [str(name).removesuffix("/.") for name in one.details.get("calendars", ())]
        return _WORDS.get(one.event, "{title}: {event}").format(
            title=title,
            when=self._when(one),
            who=who,
            calendar=calendar,
            calendars=_listed(left),
            error=one.details.get("error") or "it was not said why",
            event=one.event,
        )

    def _asked(self, one: LogRecord, session: EventSession | None, title: str, who: str) -> str:
        if session is None:
            return f"{who} asked for {title}"
        guests = [self._view.name(user) for user in session.attendee_ids if user != session.host_user_id]
        *first, last = guests or ["nobody else"]
        return f"{who} asked for {title}, with {', '.join(first) + ' and ' + last if first else last}"

    def _when(self, one: LogRecord) -> str:
        start, end = one.details.get("start"), one.details.get("end")
        if not isinstance(start, int) or not isinstance(end, int):
            return "a time"
        return self._view.reader.span(Span(start, end))


def _of_events(one: LogRecord) -> str:
    """Say which events of a calendar came to be set aside, or no longer are, as `quarantine` names them."""
    ids, count = one.details.get("events", ()), int(one.details.get("count", 0))
    calendar = str(one.details.get("calendar", one.name)).removesuffix("/.")
    how = f"gatherly quarantine {f'show {ids[0]}' if count == 1 and ids else 'list'} says"
    more = f" and {count - len(ids)} more" if count > len(ids) else ""
    words = _SET_ASIDE[one.event].format(is_="is" if count == 1 else "are", how=how)
    return f"{counted(count, 'event')} of {calendar} ({_listed(ids)}{more}) {words}"


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
