"""`gatherly fsck`: check the invariants of the booking ledger against the store and the calendars."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from daemon.jobs.book_books import read_books
from daemon.jobs.book_deps import BookDeps
from daemon.jobs.repair import RepairJob
from daemon.wire import opened
from engine.booking.books import Violation
from engine.booking.invariants import violations


def run(file: Path, *, apply: bool, as_json: bool, stdout: TextIO, stderr: TextIO) -> int:
    """Check, and with `apply` repair and check again; exit 1 when violations are left."""
    with opened(file, lock=apply) as house:
        found = check(house.book_deps)
        if apply and found:
            for line in RepairJob(house.book_deps).run(found):
                print(line, file=stderr)
            found = check(house.book_deps)
    print(_document(found) if as_json else _words(found), file=stdout)
    return 1 if found else 0


def check(deps: BookDeps) -> list[Violation]:
    """Check twice where something is found: what a daemon at work is about to put right does not count."""
    found = violations(read_books(deps))
    if not found:
        return []
    again = set(violations(read_books(deps)))
    return [each for each in found if each in again]


def _document(found: Sequence[Violation]) -> str:
    return json.dumps({"ok": not found, "violations": [_entry(each) for each in found]}, indent=2)


def _entry(violation: Violation) -> dict[str, Any]:
    return {
        "invariant": violation.invariant,
        "what": violation.what,
        "session": violation.session,
        "calendar": str(violation.calendar) if violation.calendar else None,
        "event": violation.event,
    }


def _words(found: Sequence[Violation]) -> str:
    if not found:
        return "All invariants hold."
    lines = [f"{each.invariant}: {_subject(each)}{each.what}" for each in found]
    return "\n".join((*lines, "gatherly fsck --apply repairs what can be repaired."))


def _subject(violation: Violation) -> str:
    return f"session {violation.session}: " if violation.session else ""
