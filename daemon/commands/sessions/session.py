"""`gatherly session …`: asks the desk, prints the answer; the daemon does what was asked."""

import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.commands.sessions import create_options as options
from daemon.commands.sessions.list_words import list_words
from daemon.commands.sessions.series_options import (
    From,
    Only,
    To,
    Until,
    call_off,
    move,
    stay_away,
)
from daemon.commands.sessions.session_words import session_words
from daemon.store_access import StoreAccess, open_store_only
from daemon.terminal.audience import Audience
from daemon.terminal.parameters import Config, Json
from daemon.terminal.screen import json_text, print_answer
from daemon.terminal.screen import show as show_text
from daemon.terminal.times import Reader, machine_zone
from engine.ids import SessionId
from engine.model.session import EventSession

if TYPE_CHECKING:
    from daemon.app.sessions import SessionDesk

SHOWN = 50
"""So many sessions stand on a screen unless more are asked for."""

Id = Annotated[str, typer.Argument(metavar="ID", help="The session's id.")]
ReaderOption = Annotated[
    str | None,
    typer.Option("--as", metavar="USER", help="Whose clock times are told by; without it, this machine's."),
]
Speaker = Annotated[
    str | None, typer.Option("--as", metavar="USER", help="Who speaks; without it, the host.")
]


def create(
    config: Config,
    host: options.Host = None,
    title: options.Title = None,
    message: options.Whole = None,
    with_: options.With = None,
    optional: options.Optional = None,
    any_of: options.AnyOf = None,
    duration: options.Duration = None,
    description: options.Description = None,
    location: options.Location = None,
    days: options.Days = None,
    between: options.Between = None,
    not_on: options.NotOn = None,
    within: options.Within = None,
    buffer: options.Buffer = None,
    notice: options.Notice = None,
    needs: options.Needs = None,
    repeat: options.Repeat = None,
    at_least: options.AtLeast = None,
    fresh: options.Fresh = False,
    as_json: Json = False,
) -> int:
    """Ask for a session; times are proposed by the daemon, or by the next `run --once`."""
    if host is None:
        raise typer.BadParameter("Name who asks with --host or --as")
    if message is not None:
        rest = (title, duration, description, location, days, between, within, buffer, notice)
        if any(one is not None for one in rest) or with_ or optional or any_of or not_on:
            raise typer.BadParameter("--message says all of it; leave the other options out, or --message")
        return _asked(config, lambda desk: _begun(desk, message, host), as_json, anew=True)
    if title is None:
        raise typer.BadParameter("Say what it is about with --title, or all of it with --message")
    from engine.sessions.session_options import SessionOptions

    asked = SessionOptions(
        host=host,
        invitees=tuple(with_ or ()),
        optional=tuple(optional or ()),
        any_of=tuple(any_of or ()),
        title=title,
        duration=duration,
        description=description,
        location=location,
        buffer=buffer,
        notice=notice,
        days=days,
        between=between,
        not_on=tuple(not_on or ()),
        within=within,
        needs=tuple(needs or ()),
        fresh=fresh,
        repeat=repeat,
        at_least=at_least,
    )
    return _asked(config, lambda desk: desk.create(asked), as_json, anew=True)


def _begun(desk: "SessionDesk", message: str, host: str) -> EventSession:
    from daemon.app.requests.conversation import begin

    return begin(desk, message, host)


def say(
    id_: Id,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What is said.")],
    config: Config,
    speaker: Speaker = None,
    as_json: Json = False,
) -> int:
    """Say something in a session; what is clear is done, what is not is asked back."""
    from daemon.app.requests.conversation import say as take

    with open_store_only(config) as access:
        _, answers = take(access.desk, access.desk.named(id_), text, speaker)
        found = access.views.view(access.desk.named(id_))
    words = "\n".join(answer.content for answer in answers) or "Taken."
    print_answer(as_json, lambda: found, lambda: words)
    return 0


def listed(
    config: Config,
    status: Annotated[
        str | None, typer.Option("--status", metavar="S", help="pending, scheduled, cancelled or failed.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, help=f"Without --json, {SHOWN} unless said.")
    ] = None,
    after: Annotated[
        str | None, typer.Option("--after", metavar="ID", help="Those that follow this one in the list.")
    ] = None,
    reader: ReaderOption = None,
    as_json: Json = False,
) -> int:
    """List sessions, newest first."""
    shown = SHOWN if limit is None and not as_json else limit
    with open_store_only(config, only_looks=True) as view:
        last = None if after is None else view.views.named(after)
        unopened = dict[str, str]()
        listed = view.views.listed(status, last, lambda row, why: unopened.setdefault(row, why.line))
        found = list(islice(listed, shown))
        more = next(listed, None) is not None
        people = _people(view, reader)
    if as_json:
        print(json_text(found, indent=2))
    elif found or not unopened:
        show_text(list_words(found, people, status))
    if more and not as_json:
        print(f"There are older ones: gatherly session list --after {found[-1]['id'][:8]}")
    for session, why in unopened.items():
        print(f"Session {session} does not open, and is not listed: {why}", file=sys.stderr)
    return 1 if unopened else 0


def show(
    id_: Id,
    config: Config,
    reader: ReaderOption = None,
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help="Draw it, too, on everybody's week.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Show one session."""
    with open_store_only(config, only_looks=True) as view:
        found = view.views.view(view.views.named(id_))
        people = _people(view, reader)
        if svg is not None:
            _draw(view, SessionId(found["id"]), people, svg)
    print_answer(as_json, lambda: found, lambda: session_words(found, people))
    return 0


def accept(
    id_: Id,
    config: Config,
    slot: Annotated[
        int | None,
        typer.Option("--slot", metavar="N", help="Counts from 1; without it and --at, the first is taken."),
    ] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="T", help="Its start instead of N.")] = None,
    speaker: Speaker = None,
    as_json: Json = False,
) -> int:
    """Accept a proposal by its number, or by its time."""
    if at is not None and slot is not None:
        raise typer.BadParameter("--slot and --at name the time twice; leave one of them out")
    if at is not None:
        return _asked(config, lambda desk: desk.accept_at(desk.named(id_), at, speaker), as_json)
    number = 1 if slot is None else slot
    return _asked(config, lambda desk: desk.accept(desk.named(id_), number, speaker), as_json)


def decline(
    id_: Id,
    config: Config,
    speaker: Annotated[str, typer.Option("--as", metavar="USER", help="Who stays away.")],
    only: Only = None,
    from_: From = None,
    until: Until = None,
    as_json: Json = False,
) -> int:
    """Say that somebody stays away."""
    return _asked(config, stay_away(id_, speaker, only, from_, until), as_json)


def reject(id_: Id, config: Config, as_json: Json = False) -> int:
    """Take none of the proposals."""
    return _asked(config, lambda desk: desk.reject(desk.named(id_)), as_json)


def reschedule(
    id_: Id,
    config: Config,
    message: Annotated[
        str | None, typer.Option("--message", metavar="TEXT", help="What to tell the others.")
    ] = None,
    only: Only = None,
    to: To = None,
    from_: From = None,
    as_json: Json = False,
) -> int:
    """Look for another time."""
    return _asked(config, move(id_, message, only, from_, to), as_json)


def edit(
    id_: Id,
    config: Config,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help="Another title.")] = None,
    description: Annotated[
        str | None, typer.Option("--description", metavar="TEXT", help="Another description.")
    ] = None,
    location: Annotated[str | None, typer.Option("--location", metavar="TEXT", help="Another place.")] = None,
    as_json: Json = False,
) -> int:
    """Change its words; copies follow."""
    return _asked(
        config,
        lambda desk: desk.edit(desk.named(id_), title=title, description=description, location=location),
        as_json,
    )


def relax(
    id_: Id,
    config: Config,
    change: Annotated[
        str, typer.Argument(metavar="CHANGE", help="As session show names it, like timeRange.")
    ],
    as_json: Json = False,
) -> int:
    """Ask for a failed session anew, with one change; the new session is shown."""
    from daemon.app.requests.relax import relax as ask_anew

    return _asked(config, lambda desk: ask_anew(desk, desk.named(id_), change), as_json, anew=True)


def cancel(
    id_: Id,
    config: Config,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="Why; the others are told.")
    ] = None,
    only: Only = None,
    from_: From = None,
    until: Until = None,
    as_json: Json = False,
) -> int:
    """Call a session off."""
    return _asked(config, call_off(id_, reason, only, from_, until), as_json)


def release(id_: Id, config: Config, as_json: Json = False) -> int:
    """End a stuck booking as it stands."""
    return _asked(config, lambda desk: desk.release(desk.named(id_)), as_json)


def _asked(
    config: Path, ask: Callable[["SessionDesk"], EventSession], as_json: bool, *, anew: bool = False
) -> int:
    with open_store_only(config) as access:
        session = ask(access.desk)
        found = access.views.view(session.id)
        people = _people(access, None)
        why = _hopeless(access, session, people) if anew else ""
    print_answer(as_json, lambda: found, lambda: session_words(found, people))
    if why:
        print(why, file=sys.stderr)
    return 0


def _hopeless(access: StoreAccess, session: EventSession, people: Audience) -> str:
    """Say at once what the daemon would find out: that no calendar could make room for it."""
    from daemon.app.requests.hopeless import hopeless
    from daemon.commands.sessions.find_report import never_words

    failure = hopeless(access.desk, session)
    return "" if failure is None else never_words(failure, people)


def _draw(access: StoreAccess, session_id: SessionId, people: Audience, file: Path) -> None:
    from daemon.pages.picture import draw, save
    from daemon.pages.subjects import subject_of_session

    with access.store.reading() as tx:
        session = access.views.found(tx, session_id)
    subject = subject_of_session(access, session, people.you, people.reader.zone)
    save(draw(session.title, subject, people.reader), file)


def _people(access: StoreAccess, reader: str | None) -> Audience:
    """Give who reads: somebody by their name, or whoever sits at this machine, in its zone."""
    with access.store.reading() as tx:
        people = {user.id: user for user in tx.users.all()}
    you = None
    if reader is not None:
        from engine.sessions.session_options import user_named

        you = user_named(reader, people)
    zone = machine_zone() if you is None else people[you].timezone
    return Audience(Reader(zone, access.clock.now()), people, you)
