"""`gatherly quarantine …`: what was set aside, with why and since when, and how it is freed."""

from collections.abc import Sequence
from typing import Annotated

import typer

from daemon.app.free_set_aside import forget as let_be
from daemon.app.free_set_aside import retry as read_anew
from daemon.app.principal import OPERATOR
from daemon.app.quarantine import Entry, entries, entry_named
from daemon.runtime.doing import DOING
from daemon.services import Services
from daemon.store_access import StoreAccess, open_store_only
from daemon.terminal.parameters import Config, Json
from daemon.terminal.screen import print_answer
from daemon.terminal.table import table
from daemon.wire import open_daemon
from engine.ids import ConnectorName
from engine.model.app_document import AppDocument
from engine.ports.store import Transaction
from engine.time.instant import format_instant
from engine.time.span import Instant

Id = Annotated[str, typer.Argument(metavar="ID", help="As `gatherly quarantine list` shows it.")]


def listed(config: Config, as_json: Json = False) -> int:
    """List what is set aside; what somebody has let be is not spoken of."""
    with open_store_only(config, only_looks=True) as view, view.store.reading() as tx:
        every = entries(OPERATOR, tx, _connectors(view), _troubled(view))
    found = [one for one in every if not one.forgotten]
    print_answer(
        as_json,
        lambda: [one.document() for one in found],
        lambda: _rows(found) or "Nothing is set aside.",
    )
    return 0


def show(id_: Id, config: Config, as_json: Json = False) -> int:
    """Show one of them."""
    with open_store_only(config, only_looks=True) as view, view.store.reading() as tx:
        entry = _named(view, tx, id_)
    print_answer(as_json, entry.document, lambda: _words(entry))
    return 0


def retry(id_: Id, config: Config, as_json: Json = False) -> int:
    """Read one of them anew."""
    with open_daemon(config, lock=False) as services:
        with services.store.reading() as tx:
            entry = _named(services, tx, id_)
        outcome = read_anew(services.store, services.clock, services.sources, services.app_documents, entry)
    return _said(entry, outcome, as_json)


def forget(id_: Id, config: Config, as_json: Json = False) -> int:
    """Let one of them be until it changes."""
    with open_store_only(config) as view, view.store.writing() as tx:
        entry = _named(view, tx, id_)
        let_be(tx, entry, view.clock.now())
    return _said(entry, "is let be until it changes", as_json)


def _named(opened: StoreAccess | Services, tx: Transaction, id_: str) -> Entry:
    return entry_named(OPERATOR, tx, _connectors(opened), _troubled(opened), id_)


def _connectors(opened: StoreAccess | Services) -> list[ConnectorName]:
    return [one.name for one in opened.configuration.settings.connectors.values()]


def _troubled(opened: StoreAccess | Services) -> Sequence[AppDocument]:
    return opened.app_documents.troubled() if opened.app_documents is not None else ()


def _said(entry: Entry, outcome: str, as_json: bool) -> int:
    print_answer(
        as_json, lambda: {**entry.document(), "outcome": outcome}, lambda: f"{_what(entry)} {outcome}."
    )
    return 0


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
