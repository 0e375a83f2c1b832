"""A connector as people read of it: what it is, since when, what it means, and what to do."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from daemon.pages.series_part import Chip
from daemon.pages.viewer import Viewer
from daemon.terminal.times import age
from engine.ids import UserId
from engine.model.user import User
from engine.operations.health import ConnectorHealth
from engine.text.plain_text import one_line

KINDS = {
    "gcal": "Google",
    "google": "Google",
    "outlook": "Outlook",
    "caldav": "CalDAV",
    "ics": "published calendar",
    "feed": "published calendar",
    "folder": "folder",
    "file": "file",
    "email": "invitations by mail",
}
_CHIPS = {
    "ok": Chip("In step", "holds", "check"),
    "stale": Chip("Too old", "waits", "clock"),
    "degraded": Chip("Read in part", "waits", "warning"),
    "error": Chip("Not read", "waits", "warning"),
    "expired": Chip("Permission ended", "fault", "cross"),
    "disabled": Chip("Switched off", "", "cross"),
}
_MEANS = {
    "expired": "Until permission is given again nobody can be offered a time with {who}.",
    "error": "Its last good busy times count until they are too old; it is tried again by itself.",
    "stale": "Until it is read again, {who} cannot be offered times.",
    "degraded": "What cannot be understood is left out, and counts as busy where its time is known.",
    "disabled": "It is switched off in the configuration.",
}


def chip_of_connector(state: str) -> Chip:
    """Say in a word how a connector stands."""
    return _CHIPS.get(state, Chip(state.capitalize(), "waits", "warning"))


def kind_words(kind: str) -> str:
    """Name a kind as people do."""
    return KINDS.get(kind, kind)


def own_trouble(one: ConnectorHealth, viewer: Viewer, owner: User | None = None) -> dict[str, Any]:
    """Tell of a connector in trouble, with its remedy."""
    who = "you" if owner is None else one_line(owner.name)
    since = "" if one.last_success is None else f", last read {viewer.reader.soon(one.last_success)}"
    said = one_line(one.last_error or chip_of_connector(one.state).words)
    what = f"{said}{since}. {_MEANS.get(one.state, '').format(who=who)}".replace("..", ".")
    expired, mine = one.state == "expired", one.user == viewer.id
    remedy = "" if mine or not expired else f"{who} connects it again, or you: gatherly connect {one.name}"
    can_connect = expired and mine
    return {
        "title": f"{one.name}: {chip_of_connector(one.state).words.lower()}",
        "what": what.strip(),
        "remedy": remedy,
        "verb": f"/connectors/{quote(one.name, safe='')}/connect" if can_connect else "",
        "act": "Connect again",
    }


def connector_row(one: ConnectorHealth, viewer: Viewer, people: Mapping[UserId, User]) -> dict[str, Any]:
    """Give a row of the operator's table."""
    known = people.get(one.user) if one.user else None
    held = f" Not asked before: {one_line(one.held_back)}" if one.held_back else ""
    notes = " ".join(one_line(note) for note in one.notes)
    advice = f"Connect it again: gatherly connect {one.name}" if one.state == "expired" else ""
    parts = (one_line(one.last_error or ""), advice, held, notes)
    return {
        "name": one.name,
        "kind": kind_words(one.kind),
        "whose": "—" if known is None else one_line(known.name),
        "chip": chip_of_connector(one.state),
        "read": "—" if one.age_seconds is None else f"{age(one.age_seconds)} ago",
        "next": "—" if one.next_run is None else viewer.reader.soon(one.next_run),
        "said": " ".join(part.strip() for part in parts if part.strip()),
    }
