"""`gatherly export`: everything that is a person's."""

from typing import Annotated

import typer

from daemon.commands.erase import who_is
from daemon.store_access import open_store_only
from daemon.terminal.parameters import Config
from daemon.terminal.screen import json_text
from engine.model.booking import AuditEntry

OPERATOR = "operator"
"""Who asks on the command line, in the log."""


def run(user: Annotated[str, typer.Argument(metavar="USER", help="Whose data.")], config: Config) -> int:
    """Print a person's archive; the log keeps that it was given out."""
    with open_store_only(config) as view:
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
    print(json_text(archive, indent=2, default=str))
    return 0
