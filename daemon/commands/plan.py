"""`gatherly plan`: what the next sync and write-back would do; nothing is done."""

import json
from typing import Any

from daemon.commands.status import UNFINISHED
from daemon.services import Services
from daemon.sync.source import Source
from daemon.terminal.parameters import Config, Json
from daemon.wire import open_daemon
from engine.errors import SourceError
from engine.ids import RemoteCalendarId
from engine.model.booking import EffectState
from engine.text.plain_text import one_line
from engine.time.instant import format_instant


def run(config: Config, as_json: Json = False) -> int:
    """Read the calendars, decide, and print the decisions; exit 1 when one cannot be read."""
    with open_daemon(config, lock=False) as services:
        sync = [
            row for source in services.sources.values() if source.reads for row in _source(services, source)
        ]
        writes = _writes(services)
    plan = {"sync": sync, "writes": writes}
    print(json.dumps(plan, indent=2) if as_json else _words(sync, writes))
    return 1 if any(one["error"] for one in sync) else 0


def _source(services: Services, source: Source) -> list[dict[str, Any]]:
    try:
        calendars = source.calendars()
    except SourceError as error:
        return [_failed(source, None, error)]
    return [_sync(services, source, calendar) for calendar in calendars]


def _failed(source: Source, calendar: RemoteCalendarId | None, error: SourceError) -> dict[str, Any]:
    nothing: dict[str, Any] = {"store": [], "remove": [], "heldBack": None}
    return {"connector": source.name, "calendar": calendar, **nothing, "error": str(error)}


def _sync(services: Services, source: Source, calendar: RemoteCalendarId) -> dict[str, Any]:
    row: dict[str, Any] = {"connector": source.name, "calendar": calendar}
    try:
        plan = services.pull.calendar.plan(source, calendar).plan
    except SourceError as error:
        return _failed(source, calendar, error)
    return {
        **row,
        "store": [str(item.uid) for item in plan.upserts],
        "remove": [str(href) for href in plan.deletes],
        "heldBack": plan.calendar.suspicion,
        "error": None,
    }


def _writes(services: Services) -> list[dict[str, Any]]:
    listed = []
    with services.store.reading() as tx:
        for session in tx.ledger.in_state(UNFINISHED):
            booking = tx.ledger.booking(session)
            for effect in tx.ledger.effects(session):
                if effect.state in (EffectState.WRITTEN, EffectState.GONE) or effect.calendar is None:
                    continue
                listed.append(
                    {
                        "session": session,
                        "user": effect.attendee,
                        "calendar": str(effect.calendar),
                        "want": effect.want.value,
                        "start": format_instant(booking.slot.start) if booking and booking.slot else None,
                    }
                )
    return listed


def _words(sync: list[dict[str, Any]], writes: list[dict[str, Any]]) -> str:
    lines = [one_line(f"{one['connector']}/{one['calendar']}: {_change(one)}") for one in sync]
    lines += [f"{one['calendar']}: {one['want']} for session {one['session']}" for one in writes]
    return "\n".join(lines) or "There is nothing to read and nothing to write."


def _change(one: dict[str, Any]) -> str:
    if one["error"]:
        return str(one["error"])
    if one["heldBack"]:
        return f"held back: {one['heldBack']}"
    if not one["store"] and not one["remove"]:
        return "nothing new"
    return f"{len(one['store'])} to store, {len(one['remove'])} to remove"
