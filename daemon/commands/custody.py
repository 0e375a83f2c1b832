"""`gatherly backup`, `export`, `erase` and `db upgrade`: what an operator asks of the store."""

from pathlib import Path
from typing import TextIO

from daemon.house import House
from daemon.once import run_once
from daemon.screen import json_text
from daemon.wire import looking, opened
from engine.errors import GatherlyError
from engine.ids import UserId
from engine.model.booking import AuditEntry, EffectState
from engine.model.session import SessionStatus
from engine.ports import Store
from engine.wish import somebody

OPERATOR = "operator"
"""Who asks on the command line, in the log."""
OVER = (SessionStatus.CANCELLED, SessionStatus.FAILED)
STANDING = (EffectState.SENT, EffectState.AMBIGUOUS, EffectState.WRITTEN)
"""States of a copy that lies, or may lie, in a calendar."""


def upgrade(file: Path, *, stdout: TextIO) -> int:
    """Migrate the store if it is older; one of a later version is refused by the opening."""
    with opened(file) as house:
        wrong = house.store.check()
    for line in wrong:
        print(line, file=stdout)
    print("The store has this version's schema.", file=stdout)
    return 1 if wrong else 0


def backup(file: Path, to: Path, *, stdout: TextIO) -> int:
    """Write a copy; the daemon may go on meanwhile."""
    with looking(file) as view:
        view.custody.backup(str(to.absolute()))
    print(f"{to} holds the store. It is of use only with the key file: keep that apart from it.", file=stdout)
    return 0


def export(file: Path, user: str, *, stdout: TextIO) -> int:
    """Print a person's archive; the log keeps that it was given out."""
    with looking(file) as view:
        who = _who(view.store, user)
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


def erase(file: Path, user: str, *, stdout: TextIO, stderr: TextIO) -> int:
    """Call off or leave what is booked, wait for the calendars to be clear, and forget.

    Raises:
        GatherlyError: a calendar still holds a copy; nothing is forgotten before it is gone.
    """
    with opened(file) as house:
        who = _who(house.store, user)
        _leave_sessions(house, who)
        run_once(house, lambda line: print(line, file=stderr))
        left = _still_there(house, who)
        if left:
            raise GatherlyError(f"Copies are left in {', '.join(left)}", "Ask again once they can be reached")
        house.custody.erase(who, house.clock.now())
        if house.live is not None:
            house.live.flush()
    print(f"{who} is forgotten. Take their tables out of the configuration.", file=stdout)
    return 0


def _who(store: Store, user: str) -> UserId:
    with store.reading() as tx:
        return somebody(user, {one.id: one for one in tx.users.all()})


def _leave_sessions(house: House, user: UserId) -> None:
    with house.store.reading() as tx:
        attended = [
            one for one in tx.sessions.listed() if user in one.attendee_ids and one.status not in OVER
        ]
    for session in attended:
        if session.host_user_id == user:
            house.desk.cancel(session.id, "The host has left.")
        else:
            house.desk.decline(session.id, user)


def _still_there(house: House, user: UserId) -> list[str]:
    with house.store.reading() as tx:
        effects = [effect for one in tx.sessions.listed() for effect in tx.ledger.effects(one.id)]
    return sorted(
        str(effect.calendar)
        for effect in effects
        if effect.attendee == user and effect.calendar and effect.state in STANDING
    )
