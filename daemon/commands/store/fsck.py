"""`gatherly fsck`: check the invariants of the booking ledger against the store and the calendars."""

import sys
from typing import Annotated

import typer

from daemon.app.examine import Examined, examine
from daemon.app.principal import OPERATOR
from daemon.app.repair import repair
from daemon.terminal.parameters import Config, Json
from daemon.terminal.progress import Progress
from daemon.terminal.screen import print_answer
from daemon.terminal.times import counted
from daemon.wire import open_daemon
from engine.booking.checks.ledger_snapshot import Violation
from engine.text.plain_text import one_line


def run(
    config: Config,
    apply: Annotated[bool, typer.Option("--apply", help="Repair what can be repaired.")] = False,
    as_json: Json = False,
) -> int:
    """Check, and with `apply` repair and check again; exit 1 when anything is broken or unread."""
    opened = open_daemon(config, lock=apply, only_looks=not apply)
    with opened as services, Progress(services.clock) as say:
        found = examine(services.book_deps, say)
        if apply and found.violations:
            say("repairing")
            for line in repair(OPERATOR, services.book_deps, found.violations):
                say.line(line, sys.stderr)
            found = examine(services.book_deps, say)
    print_answer(as_json, found.document, lambda: fsck_words(found))
    return 0 if found.ok else 1


def fsck_words(found: Examined) -> str:
    """Say it for people, in the words in which sessions are told of."""
    if found.ok:
        stand = "is as it" if found.bookings == 1 else "are as they"
        return f"The store is whole, and {counted(found.bookings, 'booking')} {stand} should be."
    lines = [one_line(f"{_subject(each)}{each.what}") for each in found.violations]
    if lines:
        lines.append("gatherly fsck --apply repairs what can be repaired.")
    else:
        lines.append("Nothing is broken in what could be read, but not everything could:")
    return "\n".join((*lines, *(one_line(f"Not read: {key}: {why}") for key, why in found.unread.items())))


def _subject(violation: Violation) -> str:
    return f"Session {violation.session[:8]}: " if violation.session else ""
