"""`gatherly session …`: asks the desk, prints the answer; the daemon does what was asked."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from daemon.app.sessions import SessionDesk
from daemon.runtime.guard import DOING
from daemon.terminal.table import table
from daemon.wire import open_store_only
from engine.errors import UnknownThingError
from engine.ids import SessionId
from engine.model.session import EventSession
from engine.model.set_aside import Work
from engine.sessions.session_options import SessionOptions
from engine.text.plain_text import one_line

StoreAccess = Mapping[str, Any]


def create(file: Path, options: SessionOptions, *, as_json: bool, stdout: TextIO) -> int:
    """Take a wish; times are proposed by the daemon, or by the next `run --once`."""
    return _asked(file, lambda desk: desk.create(options), as_json, stdout)


def show(file: Path, session: str, *, as_json: bool, stdout: TextIO) -> int:
    """Show one session."""
    with open_store_only(file) as view:
        found = view.desk.view(_id(view.desk, session))
    _print(found, as_json, stdout)
    return 0


def listed(file: Path, *, status: str | None, as_json: bool, stdout: TextIO) -> int:
    """List sessions, newest first."""
    with open_store_only(file) as view:
        found = view.desk.listed(status)
    if as_json:
        print(json.dumps(found, indent=2), file=stdout)
    else:
        print(_rows(found) or "There is no session.", file=stdout)
    return 0


def accept(file: Path, session: str, *, slot: int, user: str | None, as_json: bool, stdout: TextIO) -> int:
    """Accept a proposal by its number."""
    return _asked(file, lambda desk: desk.accept(_id(desk, session), slot, user), as_json, stdout)


def accept_at(file: Path, session: str, *, at: str, user: str | None, as_json: bool, stdout: TextIO) -> int:
    """Accept a proposal by its time."""
    return _asked(file, lambda desk: desk.accept_at(_id(desk, session), at, user), as_json, stdout)


def decline(file: Path, session: str, *, user: str, as_json: bool, stdout: TextIO) -> int:
    """Say that somebody stays away."""
    return _asked(file, lambda desk: desk.decline(_id(desk, session), user), as_json, stdout)


def reject(file: Path, session: str, *, as_json: bool, stdout: TextIO) -> int:
    """Take none of the proposals."""
    return _asked(file, lambda desk: desk.reject(_id(desk, session)), as_json, stdout)


def reschedule(file: Path, session: str, *, message: str | None, as_json: bool, stdout: TextIO) -> int:
    """Look for another time."""
    return _asked(file, lambda desk: desk.reschedule(_id(desk, session), message), as_json, stdout)


def cancel(file: Path, session: str, *, reason: str | None, as_json: bool, stdout: TextIO) -> int:
    """Call a session off."""
    return _asked(file, lambda desk: desk.cancel(_id(desk, session), reason), as_json, stdout)


def release(file: Path, session: str, *, as_json: bool, stdout: TextIO) -> int:
    """End a stuck booking as it stands."""
    return _asked(file, lambda desk: desk.release(_id(desk, session)), as_json, stdout)


def _asked(file: Path, ask: Callable[[SessionDesk], EventSession], as_json: bool, stdout: TextIO) -> int:
    with open_store_only(file) as view:
        session = ask(view.desk)
        found = view.desk.view(session.id)
    _print(found, as_json, stdout)
    return 0


def _id(desk: SessionDesk, text: str) -> SessionId:
    """Take an id, or the beginning of just one."""
    ids = [SessionId(each["id"]) for each in desk.listed() if each["id"].startswith(text)] if text else []
    if text in ids or len(ids) == 1:
        return SessionId(text) if text in ids else ids[0]
    if ids:
        raise UnknownThingError(f"{text!r} begins {len(ids)} sessions' ids", "Give more of the id")
    raise UnknownThingError(f"There is no session {text!r}", "gatherly session list shows them")


def _print(session: StoreAccess, as_json: bool, stdout: TextIO) -> None:
    print(json.dumps(session, indent=2) if as_json else words(session), file=stdout)


def words(session: StoreAccess) -> str:
    """Tell a session in 80 columns."""
    lines = [
        f"{one_line(session['title'])} ({session['duration']} min), {session['status']}",
        f"id    {session['id']}",
    ]
    lines.append("with  " + ", ".join([session["hostUserId"], *session["inviteeIds"]]))
    final = session.get("finalTime")
    if final:
        lines.append(f"time  {final['start']} to {final['end']}")
    lines += _proposals(session.get("proposedTimes", ()), bool(final))
    lines += _metadata(session.get("metadata", {}))
    lines += _booking(session["booking"])
    lines += [
        f"set aside while {DOING[Work(one['step'])]}: {one['reason']}; next try {one['nextTry']}"
        f" (gatherly quarantine show {one['id']})"
        for one in session.get("setAside", ())
    ]
    return "\n".join(lines)


def _proposals(slots: Sequence[StoreAccess], settled: bool) -> list[str]:
    if settled or not slots:
        return []
    rows = [
        (str(number), slot["start"], f"{slot['confidence']:.2f}", "; ".join(slot["conflicts"]))
        for number, slot in enumerate(slots, 1)
    ]
    return [table(("slot", "start", "confidence", ""), rows)]


def _metadata(metadata: StoreAccess) -> list[str]:
    lines = []
    if "failureReason" in metadata:
        lines.append(one_line(str(metadata["failureReason"])))
        lines += [f"  try: {one_line(str(suggestion))}" for suggestion in metadata.get("suggestions", ())]
    if "notBooked" in metadata:
        lines.append(one_line(f"not booked: {metadata['notBooked']}"))
    waiting = metadata.get("waitingFor") or {}
    return lines + [one_line(f"waits for {who}: {why}") for who, why in waiting.items()]


def _booking(booking: StoreAccess) -> list[str]:
    lines = [f"booking {booking['state']}, {booking['allOrNone']}"]
    if "waitsFor" in booking:
        lines.append(one_line(f"  since {booking['since']}; waits {booking['waitsFor']}"))
    return lines + [
        f"  {one['calendar'] or one['user']}: {one['observed' if one['calendar'] else 'outcome']}"
        + (f" ({one_line(one['lastError'])})" if one["lastError"] else "")
        for one in booking["perCalendar"]
    ]


def _rows(sessions: Sequence[StoreAccess]) -> str:
    rows = [
        (each["id"][:8], each["status"], (each.get("finalTime") or {}).get("start", ""), each["title"])
        for each in sessions
    ]
    return table(("id", "status", "time", "title"), rows)
