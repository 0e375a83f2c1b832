"""`gatherly fsck`: check the invariants of the booking ledger against the store and the calendars."""

import json
import sys
from typing import Annotated, Any

import typer

from daemon.app.examine import Examined, examine
from daemon.booking.repair import RepairJob
from daemon.terminal.parameters import Config, Json
from daemon.wire import open_daemon
from engine.booking.ledger_snapshot import Violation


def run(
    config: Config,
    apply: Annotated[bool, typer.Option("--apply", help="Repair what can be repaired.")] = False,
    as_json: Json = False,
) -> int:
    """Check, and with `apply` repair and check again; exit 1 when anything is broken or unread."""
    with open_daemon(config, lock=apply) as services:
        found = examine(services.book_deps)
        if apply and found.violations:
            for line in RepairJob(services.book_deps).run(found.violations):
                print(line, file=sys.stderr)
            found = examine(services.book_deps)
    print(_document(found) if as_json else _words(found))
    return 0 if found.ok else 1


def _document(found: Examined) -> str:
    unread = [
        {"connector": key.connector, "calendar": key.calendar, "reason": why}
        for key, why in found.unread.items()
    ]
    broken = [_entry(each) for each in found.violations]
    return json.dumps({"ok": found.ok, "violations": broken, "unread": unread}, indent=2)


def _entry(violation: Violation) -> dict[str, Any]:
    return {
        "invariant": violation.invariant,
        "what": violation.what,
        "session": violation.session,
        "calendar": str(violation.calendar) if violation.calendar else None,
        "event": violation.event,
    }


def _words(found: Examined) -> str:
    if found.ok:
        return "All invariants hold."
    lines = [f"{each.invariant}: {_subject(each)}{each.what}" for each in found.violations]
    if lines:
        lines.append("gatherly fsck --apply repairs what can be repaired.")
    else:
        lines.append("Nothing is broken in what could be read, but not everything could:")
    return "\n".join((*lines, *(f"unread: {key}: {why}" for key, why in found.unread.items())))


def _subject(violation: Violation) -> str:
    return f"session {violation.session}: " if violation.session else ""
