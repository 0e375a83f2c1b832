"""`gatherly erase`: forget a person, once somebody has said yes to it."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from daemon.app.export import who_is
from daemon.runtime.single_pass import run_once
from daemon.services import Services
from daemon.store_access import open_store_only
from daemon.terminal.parameters import Config, DryRun
from daemon.wire import open_daemon
from engine.errors import GatherlyError
from engine.ids import UserId
from engine.model.booking import EffectState
from engine.model.session import EventSession, SessionStatus
from engine.operations.custody import Custody
from engine.ports.store import Store, Transaction

OVER = (SessionStatus.CANCELLED, SessionStatus.FAILED)
STANDING = (EffectState.SENT, EffectState.AMBIGUOUS, EffectState.WRITTEN)
"""States of a copy that lies, or may lie, in a calendar."""


def run(
    user: Annotated[str, typer.Argument(metavar="USER", help="Whom to forget.")],
    config: Config,
    dry_run: DryRun = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nobody.")] = False,
) -> int:
    """Say what goes, ask, and forget; 1 where nobody said yes. Whoever is forgotten already stays so: 0.

    Raises:
        GatherlyError: a calendar still holds a copy; nothing is forgotten before it is gone.
    """
    with open_store_only(config) as view:
        if _is_forgotten(view.store, view.custody, user):
            print(f"{user} is forgotten already. Take their tables out of the configuration.")
            return 0
        who = who_is(view.store, user)
        lines = list(_what_goes(view.store, view.custody, who))
    print("\n".join(lines))
    if dry_run:
        print("Nothing was changed (--dry-run).")
        return 0
    if not yes and not _agreed(who):
        print("Nothing was changed. With --yes nobody is asked.", file=sys.stderr)
        return 1
    _forget(config, who)
    print(f"{who} is forgotten. Take their tables out of the configuration.")
    return 0


def _is_forgotten(store: Store, custody: Custody, user: str) -> bool:
    with store.reading() as tx:
        known = tx.users.get(UserId(user)) is not None
    return not known and custody.erased(user)


def _what_goes(store: Store, custody: Custody, who: UserId) -> Iterator[str]:
    yield f"Everything that is kept of {who} goes:"
    for table, rows in custody.export(who).items():
        if rows:
            yield f"  {table.replace('_', ' ')}: {len(rows)}"
    with store.reading() as tx:
        for session in _attended(tx, who):
            done = "is called off" if session.host_user_id == who else "goes on without them or anew"
            yield f"  session {session.id}: {done}"
        for place in _still_there(tx, who):
            yield f"  {place}: gatherly's copy is withdrawn"


def _agreed(who: UserId) -> bool:
    """Ask; no answer is a no."""
    print(f"Forget {who} for good? [y/N] ", end="", flush=True)
    try:
        answer = "" if sys.stdin is None else sys.stdin.readline()
    except (OSError, ValueError):
        answer = ""
    return answer.strip().casefold() in ("y", "yes")


def _forget(file: Path, who: UserId) -> None:
    with open_daemon(file) as services:
        _leave_sessions(services, who)
        run_once(services, lambda line: print(line, file=sys.stderr))
        with services.store.reading() as tx:
            left = _still_there(tx, who)
        if left:
            raise GatherlyError(f"Copies are left in {', '.join(left)}", "Ask again once they can be reached")
        services.custody.erase(who, services.clock.now())
        if services.app_documents is not None:
            services.app_documents.flush()


def _leave_sessions(services: Services, user: UserId) -> None:
    with services.store.reading() as tx:
        attended = _attended(tx, user)
    for session in attended:
        if session.host_user_id == user:
            services.desk.cancel(session.id, "The host has left.")
        else:
            services.desk.decline(session.id, user)


def _attended(tx: Transaction, user: UserId) -> list[EventSession]:
    return [one for one in tx.sessions.listed() if user in one.attendee_ids and one.status not in OVER]


def _still_there(tx: Transaction, user: UserId) -> list[str]:
    effects = (effect for one in tx.sessions.listed() for effect in tx.ledger.effects(one.id))
    return sorted(
        str(effect.calendar)
        for effect in effects
        if effect.attendee == user and effect.calendar and effect.state in STANDING
    )
