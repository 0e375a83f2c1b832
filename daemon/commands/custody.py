"""`gatherly export` and `gatherly db upgrade`: what an operator asks of the store."""

from pathlib import Path
from typing import TextIO

from daemon.commands.erase import who_is
from daemon.terminal.screen import json_text
from daemon.wire import open_daemon, open_store_only
from engine.model.booking import AuditEntry

OPERATOR = "operator"
"""Who asks on the command line, in the log."""


def upgrade(file: Path, *, stdout: TextIO) -> int:
    """Migrate the store if it is older; one of a later version is refused by the opening."""
    with open_daemon(file) as services:
        wrong = services.store.check()
    for line in wrong:
        print(line, file=stdout)
    print("The store has this version's schema.", file=stdout)
    return 1 if wrong else 0


def export(file: Path, user: str, *, stdout: TextIO) -> int:
    """Print a person's archive; the log keeps that it was given out."""
    with open_store_only(file) as view:
        who = who_is(view.store, user)
        with view.store.writing() as tx:
            tx.audit.add(
                AuditEntry(
                    at=view.clock.now(),
                    actor=OPERATOR,
                    action="export",
                    object_type="user",
                    object_id=who,
                    user_id=who,
                )
            )
        archive = view.custody.export(who)
    print(json_text(archive, indent=2, default=str), file=stdout)
    return 0
