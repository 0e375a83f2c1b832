"""`gatherly event …`: events of gatherly's own calendars."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from daemon.commands.family.asking import As, Asking, From, To, asking, day, end_of, reminders
from daemon.commands.family.family_words import counted_events, event_words, events_words
from daemon.terminal.documents import read_bytes
from daemon.terminal.parameters import Config, Json
from daemon.terminal.screen import print_answer
from engine.errors import InputError
from engine.family.event_change import EventChange
from engine.model.event import AttendeeResponse, EventPriority, Flexibility
from engine.time.span import HOUR, MINUTE

Id = Annotated[str, typer.Argument(metavar="ID", help="The event's id.")]
Title = Annotated[str | None, typer.Option("--title", metavar="TEXT", help="What it is.")]
Start = Annotated[str | None, typer.Option("--start", metavar="T", help="When it begins.")]
End = Annotated[str | None, typer.Option("--end", metavar="T", help="When it ends, exclusive.")]
Duration = Annotated[str | None, typer.Option("--duration", metavar="60m", help="Instead of --end.")]
AllDay = Annotated[bool, typer.Option("--all-day", help="Of whole days.")]
Repeat = Annotated[str | None, typer.Option("--repeat", metavar="RRULE", help="How it repeats.")]
With = Annotated[
    list[str] | None, typer.Option("--with", metavar="USER", help="Must be there; an address is noted.")
]
Optional_ = Annotated[list[str] | None, typer.Option("--optional", metavar="USER", help="May miss it.")]
Needs = Annotated[list[str] | None, typer.Option("--needs", metavar="RESOURCE", help="What it uses.")]
Priority = Annotated[
    EventPriority | None, typer.Option("--priority", help="Medium unless said; critical ones never move.")
]
Flexible = Annotated[Flexibility | None, typer.Option("--flexibility", help="Fixed unless said.")]
Remind = Annotated[
    str | None, typer.Option("--remind", metavar="60:email,15:push", help="Minutes before it, and how.")
]
Location = Annotated[str | None, typer.Option("--location", metavar="TEXT", help="Where.")]
Description = Annotated[str | None, typer.Option("--description", metavar="TEXT", help="More of it.")]
Calendar = Annotated[
    str | None, typer.Option("--calendar", metavar="ID", help="One of gatherly's own calendars.")
]
Only = Annotated[str | None, typer.Option("--only", metavar="DATE", help="One instance, by its local date.")]
DEFAULT_MINUTES = 60


def add(
    config: Config,
    title: Title = None,
    start: Start = None,
    calendar: Calendar = None,
    user: As = None,
    end: End = None,
    duration: Duration = None,
    all_day: AllDay = False,
    repeat: Repeat = None,
    with_: With = None,
    optional: Optional_ = None,
    needs: Needs = None,
    priority: Priority = None,
    flexibility: Flexible = None,
    remind: Remind = None,
    location: Location = None,
    description: Description = None,
    confirm: Annotated[bool, typer.Option("--confirm", help="Confirmed at once, not proposed.")] = False,
    as_json: Json = False,
) -> int:
    """Add an event."""
    if title is None or start is None:
        raise typer.BadParameter("--title and --start are needed")
    with asking(config, user) as asked:
        begins = asked.instant(start)
        ends = end_of(asked, begins, end, duration)
        if ends is None:
            ends = begins + (24 * HOUR if all_day else _usual(asked) * MINUTE)
        required, addresses = asked.invited(with_)
        change = EventChange(
            title=title,
            description=description,
            location=location,
            start=begins,
            end=ends,
            all_day=all_day,
            rule=repeat,
            priority=priority,
            flexibility=flexibility,
            required=required,
            optional=asked.named(optional),
            addresses=addresses,
            resources=tuple(needs or ()),
            reminders=reminders(remind),
        )
        made = asked.desks.events.add(change, calendar, confirm=confirm)
        return _shown(asked, made.id, as_json)


def _usual(asked: Asking) -> int:
    """Give the minutes that an event of theirs lasts where nobody says."""
    known = None if asked.user is None else asked.user.preferences.default_duration
    return known or DEFAULT_MINUTES


def _shown(asked: Asking, name: str, as_json: bool) -> int:
    found = asked.desks.events.show(name)
    emails = {str(one.id): one.email or one.id for one in asked.people.values()}
    print_answer(
        as_json,
        lambda: found,
        lambda: event_words(found, asked.reader, emails, asked.conflicts.open_of(name)),
    )
    return 0


def listed(
    config: Config, start: From, end: To, calendar: Calendar = None, user: As = None, as_json: Json = False
) -> int:
    """List what takes place, instance by instance."""
    with asking(config, user) as asked:
        found = asked.desks.events.listed(asked.span(start, end), calendar)
        print_answer(as_json, lambda: found, lambda: events_words(found, asked.reader))
    return 0


def show(id_: Id, config: Config, user: As = None, as_json: Json = False) -> int:
    """Show one event."""
    with asking(config, user) as asked:
        return _shown(asked, id_, as_json)


def confirm(id_: Id, config: Config, user: As = None, as_json: Json = False) -> int:
    """Confirm an event."""
    with asking(config, user) as asked:
        return _shown(asked, asked.desks.events.confirm(id_).id, as_json)


def move(
    id_: Id,
    config: Config,
    start: Annotated[str, typer.Option("--start", metavar="T", help="When it is to begin.")],
    end: End = None,
    duration: Duration = None,
    only: Only = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="This instance and all after it.")
    ] = None,
    user: As = None,
    as_json: Json = False,
) -> int:
    """Move an event: of a series one instance, the rest of it, or all."""
    with asking(config, user) as asked:
        begins = asked.instant(start)
        ends = end_of(asked, begins, end, duration)
        done = asked.desks.events.move(
            id_, begins, ends, only=day(only, "--only"), since=day(since, "--from")
        )
        return _shown(asked, done.id, as_json)


def edit(
    id_: Id,
    config: Config,
    title: Title = None,
    start: Start = None,
    end: End = None,
    duration: Duration = None,
    repeat: Repeat = None,
    with_: With = None,
    optional: Optional_ = None,
    needs: Needs = None,
    priority: Priority = None,
    flexibility: Flexible = None,
    remind: Remind = None,
    location: Location = None,
    description: Description = None,
    user: As = None,
    as_json: Json = False,
) -> int:
    """Change an event; what is not named stays."""
    with asking(config, user) as asked:
        begins = None if start is None else asked.instant(start)
        ends = end_of(asked, begins, end, duration)
        required, addresses = asked.invited(with_)
        change = EventChange(
            title=title,
            description=description,
            location=location,
            start=begins,
            end=ends,
            rule=repeat,
            priority=priority,
            flexibility=flexibility,
            required=required if with_ is not None else None,
            optional=asked.named(optional) if optional is not None else None,
            addresses=addresses if addresses else None,
            resources=None if needs is None else tuple(needs),
            reminders=reminders(remind),
        )
        if change == EventChange():
            raise InputError("Nothing was named to change", "Give --title, --start, --with or another option")
        return _shown(asked, asked.desks.events.edit(id_, change).id, as_json)


def cancel(id_: Id, config: Config, only: Only = None, user: As = None, as_json: Json = False) -> int:
    """Call an event off, or one instance of a series."""
    with asking(config, user) as asked:
        return _shown(asked, asked.desks.events.cancel(id_, day(only, "--only")).id, as_json)


_ANSWERS = {
    "accept": AttendeeResponse.ACCEPTED,
    "decline": AttendeeResponse.DECLINED,
    "tentative": AttendeeResponse.TENTATIVE,
}


def answer(
    id_: Id,
    said: Annotated[str, typer.Argument(metavar="ANSWER", help="accept, decline or tentative.")],
    config: Config,
    user: Annotated[str, typer.Option("--as", metavar="USER", help="Who answers.")],
    address: Annotated[
        str | None, typer.Option("--for", metavar="ADDRESS", help="Who has no account, and told you.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Say whether one comes; who declines is free then."""
    if said not in _ANSWERS:
        raise typer.BadParameter(f"{said!r} is no answer; say accept, decline or tentative")
    with asking(config, user) as asked:
        return _shown(asked, asked.desks.events.answer(id_, _ANSWERS[said], address).id, as_json)


def bring_in(
    file: Annotated[Path, typer.Argument(metavar="FILE.ics", help="An iCalendar file.")],
    config: Config,
    calendar: Annotated[str, typer.Option("--calendar", metavar="ID", help="Where the events go.")],
    user: As = None,
    as_json: Json = False,
) -> int:
    """Import a file, whole or not at all; the same UID replaces."""
    from connectors.ical.native_file import LARGEST

    raw = read_bytes(file, LARGEST)
    with asking(config, user) as asked:
        came = asked.desks.files.bring_in(raw, calendar)
        print_answer(as_json, lambda: {"imported": came}, lambda: counted_events(came))
    return 0


def hand_out(
    config: Config,
    calendar: Annotated[str, typer.Option("--calendar", metavar="ID", help="Which one.")],
    user: As = None,
) -> int:
    """Print a calendar as an iCalendar file."""
    with asking(config, user) as asked:
        text = asked.desks.files.hand_out(calendar)
    sys.stdout.write(text.decode())
    return 0
