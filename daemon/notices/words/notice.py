"""One notice and all that its words need, and what every wording says of it alike."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from daemon.app.reader import Reader
from daemon.notices.content import Button
from engine.ids import UserId
from engine.model.event import CalendarEvent
from engine.model.notices import NoticeKind
from engine.model.relations import Contact
from engine.model.session import EventSession
from engine.model.user import User
from engine.text.plain_text import one_line
from engine.time.span import Instant

LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One notice and all that its words need.

    `details` are those of the outbox entry, `links` where each verb leads, relaxations by their code,
    `names` what people are called. `base` is where the pages begin; whose calendar `is_written` need
    not add the event themselves.
    """

    kind: NoticeKind
    details: Mapping[str, Any]
    user: User
    reader: Reader
    session: EventSession | None = None
    event: CalendarEvent | None = None
    contact: Contact | None = None
    note: str = field(default="", repr=False)
    names: Mapping[UserId, str] = field(default_factory=dict)
    zones: Mapping[UserId, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict, repr=False)
    lessons: Mapping[Instant, Sequence[str]] = field(default_factory=dict, repr=False)
    """By the start of a time on offer, the reader's own lessons that it is ranked by."""
    base: str = ""
    is_written: bool = True

    @property
    def title(self) -> str:
        """What the session is about, in one line."""
        about = self.session or self.event
        return "" if about is None else one_line(about.title, LONGEST_TITLE) or "(no title)"

    @property
    def place(self) -> str:
        """Where it is, in one line; empty where nobody said."""
        about = self.session or self.event
        return one_line(about.location or "", LONGEST_TITLE) if about is not None else ""

    @property
    def is_host(self) -> bool:
        """Whether the reader hosts it."""
        return self.session is not None and self.session.host_user_id == self.user.id

    def name(self, user: object) -> str:
        """Say what somebody is called; `you` for the reader."""
        if user == self.user.id:
            return "you"
        return one_line(self.names.get(UserId(str(user)), str(user)), LONGEST_TITLE)

    def people(self) -> str:
        """Name everybody else who attends, those who need not with a perhaps; empty where nobody does."""
        session = self.session
        if session is None:
            others = [self.name(one) for one in self.names if one != self.user.id]
            return listed(others)
        required = [self.name(one) for one in session.required_ids if one != self.user.id]
        rest = [one for one in session.attendee_ids if one not in session.required_ids]
        perhaps = [f"perhaps {self.name(one)}" for one in rest if one != self.user.id]
        outside = [one_line(one.name, LONGEST_TITLE) or one.address for one in session.guests]
        return listed([*required, *perhaps, *outside])

    def at(self, key: str) -> Instant | None:
        """Give a moment of the details."""
        found = self.details.get(key)
        return found if isinstance(found, int) else None

    def to_reader(self, user: UserId | None, text: str) -> str:
        """Say of somebody what a text says of them by name; of the reader as one says it to them."""
        name = self.names.get(self.user.id, "")
        if user != self.user.id or not name:
            return text
        return re.sub(rf"(?<!\w){re.escape(name)}('s| is| has| seldom takes)?(?!\w)", _you, text)


_YOU = {"'s": "your", " is": "you are", " has": "you have", " seldom takes": "you seldom take"}


def _you(found: re.Match[str]) -> str:
    return _YOU.get(found[1] or "", "you")


def sentence(text: str) -> str:
    """Write what was said as a sentence: with a capital, and one full stop."""
    said = text.strip()
    return f"{said[:1].upper()}{said[1:]}{'' if said.endswith(('.', '!', '?')) else '.'}"


def listed(words: list[str]) -> str:
    """Join words as a sentence does: `Bob, Priya and Tomás`."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def the_session(telling: Telling) -> EventSession:
    """Give the session that a notice is about."""
    if telling.session is None:
        raise ValueError(f"a notice of {telling.kind} without a session")
    return telling.session


def time_of(telling: Telling) -> str:
    """Say when it is, of the details' start and end; empty where they name none."""
    start, end = telling.at("start"), telling.at("end")
    return "" if start is None or end is None else telling.reader.span(start, end)


def zone_line(telling: Telling) -> str:
    """Say whose times these are."""
    return f"Times are yours, in {telling.reader.place}."


def why_told(telling: Telling) -> str:
    """Say why its reader gets it."""
    if telling.event is not None:
        added = telling.event.created_by == telling.user.id
        return f"You get this because you {'added it' if added else 'take part in it'}."
    return f"You get this because you {'host' if telling.is_host else 'are to attend'} it."


def page_buttons(telling: Telling, label: str, page: str = "") -> tuple[Button, ...]:
    """Lead to a page, the session's unless another is named, where pages are served."""
    where = page or (f"/sessions/{telling.session.id}" if telling.session is not None else "")
    return (Button(label, f"{telling.base}{where}"),) if telling.base and where else ()
