"""`gatherly quarantine …`: what was set aside, with why and since when, and how it is freed."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from daemon.app.free_set_aside import forget as let_be
from daemon.app.free_set_aside import retry as read_anew
from daemon.app.quarantine import Entry, entries
from daemon.app_documents.sync import DocumentSync
from daemon.runtime.doing import DOING
from daemon.store_access import open_store_only
from daemon.terminal.parameters import Config, Json
from daemon.terminal.table import table
from daemon.wire import open_daemon
from engine.errors import UnknownThingError
from engine.ports.store import Transaction
from engine.time.instant import format_instant
from engine.time.span import Instant

Id = Annotated[str, typer.Argument(metavar="ID", help="As `gatherly quarantine list` shows it.")]


def listed(config: Config, as_json: Json = False) -> int:
    """List what is set aside; what somebody has let be is not spoken of."""
    with open_store_only(config) as view, view.store.reading() as tx:
        configured = view.configuration.settings.connectors
        found = [one for one in _all(tx, configured, view.app_documents) if not one.forgotten]
    if as_json:
        print(json.dumps([_document(one) for one in found], indent=2, ensure_ascii=False))
    else:
        print(_rows(found) or "Nothing is set aside.")
    return 0


def show(id_: Id, config: Config, as_json: Json = False) -> int:
    """Show one of them."""
    with open_store_only(config) as view, view.store.reading() as tx:
        entry = _one(_all(tx, view.configuration.settings.connectors, view.app_documents), id_)
    if as_json:
        print(json.dumps(_document(entry), indent=2, ensure_ascii=False))
    else:
        print(_words(entry))
    return 0


def retry(id_: Id, config: Config, as_json: Json = False) -> int:
    """Read one of them anew."""
    with open_daemon(config, lock=False) as services:
        with services.store.reading() as tx:
            entry = _one(_all(tx, services.configuration.settings.connectors, services.app_documents), id_)
        outcome = read_anew(services, entry)
    return _said(entry, outcome, as_json)


def forget(id_: Id, config: Config, as_json: Json = False) -> int:
    """Let one of them be until it changes."""
    with open_store_only(config) as view, view.store.writing() as tx:
        entry = _one(_all(tx, view.configuration.settings.connectors, view.app_documents), id_)
        let_be(tx, entry, view.clock.now())
    return _said(entry, "is let be until it changes", as_json)


def _all(tx: Transaction, configured: Any, live: DocumentSync | None) -> list[Entry]:
    return entries(tx, configured, live.troubled() if live is not None else ())


def _one(found: Sequence[Entry], id_: str) -> Entry:
    """Take an id, or the beginning of just one."""
    begun = [one for one in found if id_ and one.id.startswith(id_)]
    meant = [one for one in begun if one.id == id_] or begun
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise UnknownThingError(f"{id_!r} begins {len(meant)} ids", "Give more of the id")
    raise UnknownThingError(f"Nothing is set aside as {id_!r}", "gatherly quarantine list shows what is")


def _said(entry: Entry, outcome: str, as_json: bool) -> int:
    if as_json:
        print(json.dumps({**_document(entry), "outcome": outcome}, indent=2, ensure_ascii=False))
    else:
        print(f"{_what(entry)} {outcome}.")
    return 0


def _document(one: Entry) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind.value,
        "step": one.step.value,
        "name": one.name,
        "user": one.user,
        "connector": one.connector,
        "calendar": one.calendar.calendar if one.calendar else None,
        "session": one.session,
        "reason": one.reason,
        "since": _time(one.since),
        "attempts": one.attempts,
        "nextTry": _time(one.next_at),
        "forgotten": one.forgotten,
    }


def _what(one: Entry) -> str:
    return f"{one.kind.value} {one.name}" + (f" of {one.calendar}" if one.calendar else "")


def _rows(found: Sequence[Entry]) -> str:
    rows = [(one.id, _time(one.since) or "", f"{_what(one)}: {one.reason}") for one in found]
    return table(("id", "since", ""), rows)


def _words(one: Entry) -> str:
    lines = [
        ("what", _what(one)),
        ("while", DOING[one.step]),
        ("why", one.reason),
        ("since", _time(one.since) or "unknown"),
        ("tried", f"{one.attempts} times" if one.attempts != 1 else "once"),
        ("next", _time(one.next_at) or ("when it changes" if one.forgotten else "when it is read again")),
    ]
    head = [f"{name:<6}{text}" for name, text in lines if text]
    return "\n".join([*head, f"gatherly quarantine retry {one.id} reads it anew, forget lets it be."])


def _time(at: Instant | None) -> str | None:
    return None if at is None else format_instant(at)
