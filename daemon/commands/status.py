"""`gatherly status`: how connectors, sessions and writes stand."""

import json
from dataclasses import replace

from daemon.app.status import gather
from daemon.runtime.doing import DOING
from daemon.store_access import open_store_only
from daemon.terminal.parameters import Config, Json
from daemon.terminal.table import table
from engine.model.set_aside import SetAside
from engine.operations.budgets import DailyUse
from engine.operations.health import (
    AppDocumentsHealth,
    ConnectorHealth,
    Health,
    health_document,
)
from engine.text.plain_text import one_line
from engine.time.instant import format_instant


def run(config: Config, as_json: Json = False) -> int:
    """Print the state of everything; exit 0 when all is well, 1 when not."""
    with open_store_only(config) as view, view.store.reading() as tx:
        found = gather(tx, view.configuration, view.clock.now())
        health = replace(found, live=view.app_documents.health() if view.app_documents else None)
    if as_json:
        print(json.dumps(health_document(health), indent=2))
    else:
        print(words(health))
    return 0 if health.ok else 1


def words(health: Health) -> str:
    """Say the same for people."""
    rows = [
        (one.name, one.kind, one.state.value, _age(one.age_seconds), "; ".join(_remarks(one)))
        for one in health.connectors
    ]
    sessions = ", ".join(f"{count} {status.value}" for status, count in health.sessions.items())
    return "\n".join(
        [
            table(("connector", "kind", "state", "read", ""), rows) or "No connector is configured.",
            "",
            f"Sessions: {sessions}",
            *_apps(health.live),
            f"Writes:   {health.writes_pending} pending, {health.writes_stuck} stuck",
            *(f"Aside:    {aside_words(one)}" for one in health.set_aside),
            *(f"Unread:   {one.calendar}: {one.reason}" for one in health.unread),
            *(f"  held back until {format_instant(one.until)}: {one.why}" for one in health.writes_held),
            *(f"Quota:    {_forecast(one)}" for one in health.quotas),
            f"gatherly {health.version}, time zone rules {health.tzdata}",
        ]
    )


def aside_words(one: SetAside) -> str:
    """Say in one line what is set aside, and how to see and free it."""
    return f"{DOING[one.step]}, {one.name}: {one.reason} (gatherly quarantine show {one.id})"


def _forecast(one: DailyUse) -> str:
    return f"{one.name}: {one.requests} requests a day as configured, {one.share:.2%} of {one.budget}"


def _apps(live: AppDocumentsHealth | None) -> list[str]:
    """Say how in step gatherly is with apps; nothing where there are none."""
    if live is None:
        return []
    listener_status = live.listener_status
    if listener_status is None or (not listener_status.listening and listener_status.trouble is None):
        heard = "nobody listens while the daemon is not running"
    elif listener_status.listening:
        heard = "changes are heard as they happen"
    else:
        polled = (
            f"; looked at {format_instant(listener_status.polled_at)}" if listener_status.polled_at else ""
        )
        heard = f"changes are not heard: {listener_status.trouble}{polled}"
    lines = [f"Apps:     {heard}; {live.pending} to be written"]
    return lines + [f"  {one_line(f'{document}: {reason}')}" for document, reason in live.troubled]


def _remarks(one: ConnectorHealth) -> list[str]:
    if one.held_back and one.next_run:
        return [f"held back until {format_instant(one.next_run)}: {one.held_back}", *one.notes]
    waits = [f"next at {format_instant(one.next_run)}"] if one.next_run and one.last_error else []
    return [*([one.last_error] if one.last_error else []), *waits, *one.notes]


def _age(seconds: int | None) -> str:
    if seconds is None:
        return "never"
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return "just now"
