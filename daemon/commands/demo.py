"""`gatherly demo`: the main job, end to end, in a scratch folder on the embedded store."""

import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from daemon import wire
from daemon.app.accounts.browsers import sign_in_address
from daemon.demo import report
from daemon.demo.scratch import prepared
from daemon.jobs.single_pass import Pass, run_once
from daemon.runtime.clock import SystemClock
from daemon.services import Services
from daemon.terminal.parameters import Json
from daemon.terminal.times import counted
from engine.errors import GatherlyError
from engine.ids import SessionId, UserId
from engine.model.booking import EffectState
from engine.model.session import SessionStatus
from engine.sessions.session_options import SessionOptions
from engine.time.instant import format_instant, to_datetime
from engine.time.span import Span

HOST = "alice@example.com"
GUESTS = ("bob@example.com", "carol@example.com", "dave@example.com")


def run(
    serve: Annotated[
        bool, typer.Option("--serve", help="Keep the daemon running on the scratch data.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Show the cycle; exit 0 when it came full circle."""
    root = Path(tempfile.mkdtemp(prefix="gatherly-demo-"))
    clock = SystemClock()

    def progress(line: str) -> None:
        print(f"… {line}", file=sys.stderr, flush=True)

    with prepared(root, to_datetime(clock.now()).date()) as scratch:
        with wire.open_daemon(scratch.configuration) as services:
            facts = cycle(services, progress)
            zones = _zones(services)
            if serve:
                ask_more(services, progress)
                address = sign_in_address(services.access, UserId(HOST))
        report.tell(facts, zones, str(scratch.calendars), as_json)
        if serve:
            from daemon.commands import run as daemon

            print(f"Serving on {scratch.configuration}; end it with Ctrl-C.", file=sys.stderr)
            print(
                f"Look at its pages as Alice; the address works once, for 15 minutes:\n{address}", flush=True
            )
            return daemon.run(scratch.configuration)
    return 0


def cycle(services: Services, progress: Callable[[str], None]) -> dict[str, Any]:
    """Go once around: read, propose, accept, book, read back, and find nothing more to do."""
    options = SessionOptions(
        host=HOST, invitees=GUESTS, title="Project kick-off", duration="45m", within="14d", notice="1h"
    )
    session = services.desk.create(options)
    progress(f"{counted(len(services.sources), 'calendar')} are read for the first time")
    _whole(run_once(services, progress))
    progress("a session was found in the store, and times were proposed")
    services.desk.accept(session.id, 1)
    progress("the host accepted the first one; everybody's calendar is read again, then written")
    _whole(run_once(services, progress))
    view = services.desk.view(session.id)
    if view["status"] != SessionStatus.SCHEDULED:
        raise GatherlyError(f"The session is {view['status']}, not scheduled", "See the lines above for why")
    booking = view.pop("booking")
    progress("it is booked; once more, to see that nothing is left to do")
    second = _whole(run_once(services, progress))
    return {
        "sources": _sources(services),
        "session": view,
        "booking": booking,
        "readBack": _read_back(services, session.id),
        "secondRun": {"changed": second.changed, "writes": second.writes},
    }


def ask_more(services: Services, progress: Callable[[str], None]) -> None:
    """Ask for sessions that the pages have to show: to answer, answered by others, without a time."""
    bob, carol, dave = GUESTS
    asked = (
        SessionOptions(
            host=HOST,
            invitees=(bob, carol),
            optional=(dave,),
            title="Roadmap review",
            duration="60m",
            notice="4h",
            description="What comes next, and what does not.",
        ),
        SessionOptions(host=carol, invitees=(HOST,), title="Quarterly figures", duration="45m", notice="4h"),
        SessionOptions(
            host=HOST,
            invitees=(bob, carol, dave),
            title="Board preparation",
            duration="90m",
            between="14:00-17:00",
            notice="4h",
        ),
    )
    for options in asked:
        services.desk.create(options)
    _whole(run_once(services, progress))


def _whole(done: Pass) -> Pass:
    for failed in done.failed:
        raise GatherlyError(f"{failed.connector}: {failed.error}")
    return done


def _sources(services: Services) -> list[dict[str, Any]]:
    now = services.clock.now()
    window = Span(now, now + services.configuration.settings.sync.horizon)
    listed = []
    with services.store.reading() as tx:
        for source in services.sources.values():
            calendars = tx.calendars.of_connector(source.name)
            spans = tx.calendars.busy(source.user, window)
            busy = [span for span in spans if span.calendar.connector == source.name]
            events = sum(len(tx.calendars.digests(calendar.key)) for calendar in calendars)
            listed.append(
                {"connector": source.name, "kind": source.kind, "events": events, "busy": len(busy)}
            )
    return listed


def _read_back(services: Services, session: SessionId) -> Sequence[Mapping[str, Any]]:
    with services.store.reading() as tx:
        written = [effect for effect in tx.ledger.effects(session) if effect.state is EffectState.WRITTEN]
    found = []
    for effect in written:
        if effect.calendar is None or effect.event_id is None:
            continue
        connector = services.sources[effect.calendar.connector].connector
        seen = connector.read(effect.calendar.calendar, effect.event_id)
        found.append(
            {
                "user": effect.attendee,
                "calendar": str(effect.calendar),
                "found": seen is not None and seen.live,
                "start": format_instant(seen.span.start) if seen and seen.span else None,
                "end": format_instant(seen.span.end) if seen and seen.span else None,
            }
        )
    return found


def _zones(services: Services) -> dict[str, str]:
    with services.store.reading() as tx:
        return {user.id: user.timezone for user in tx.users.all()}
