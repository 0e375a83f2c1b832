"""What `session cancel`, `decline` and `reschedule` ask of single occurrences of a series."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from engine.model.session import EventSession

if TYPE_CHECKING:
    from datetime import date

    from daemon.app.sessions import SessionDesk

Only = Annotated[
    str | None, typer.Option("--only", metavar="DATE", help="Of a series this day's occurrence alone.")
]
From = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help="Of a series this day's and all later ones.")
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="DATE", help="With --from: up to this day, included.")
]
To = Annotated[
    str | None, typer.Option("--to", metavar="HH:MM", help="With --only: at this time of that day.")
]
Ask = Callable[["SessionDesk"], EventSession]


def call_off(id_: str, reason: str | None, only: str | None, from_: str | None, until: str | None) -> Ask:
    """Give what is asked of the desk: to call off a session, or some occurrences of it."""
    days = _days(only, from_, until)

    def ask(desk: "SessionDesk") -> EventSession:
        from daemon.app.requests import series

        if days is None:
            return desk.cancel(desk.named(id_), reason)
        return series.call_off(desk, desk.named(id_), *days, reason)

    return ask


def stay_away(id_: str, speaker: str, only: str | None, from_: str | None, until: str | None) -> Ask:
    """Give what is asked of the desk: that somebody stays away, from all of it or some occurrences."""
    days = _days(only, from_, until)

    def ask(desk: "SessionDesk") -> EventSession:
        from daemon.app.requests import series

        if days is None:
            return desk.decline(desk.named(id_), speaker)
        return series.stay_away(desk, desk.named(id_), *days, speaker)

    return ask


def move(id_: str, message: str | None, only: str | None, from_: str | None, to: str | None) -> Ask:
    """Give what is asked of the desk: other times for a session, an occurrence of it, or its end."""
    _one_of(only, from_)
    if to is not None and only is None:
        raise typer.BadParameter("--to says when an occurrence is to be; name which with --only")

    def ask(desk: "SessionDesk") -> EventSession:
        from daemon.app.requests import series
        from engine.documents.clocktimes import parse_clock

        if only is not None:
            at = None if to is None else parse_clock(to, "--to")
            return series.move_one(desk, desk.named(id_), series.day_of(only, "--only"), message, to=at)
        if from_ is not None:
            return series.propose_anew(desk, desk.named(id_), series.day_of(from_, "--from"), message)
        return desk.reschedule(desk.named(id_), message)

    return ask


def _one_of(only: str | None, from_: str | None) -> None:
    if only is not None and from_ is not None:
        raise typer.BadParameter("--only names one occurrence, --from that and all later ones; give one")


def _days(only: str | None, from_: str | None, until: str | None) -> "tuple[date, date | None] | None":
    """Read the days that are named, both included; None where all of the session is meant."""
    _one_of(only, from_)
    if until is not None and from_ is None:
        raise typer.BadParameter("--until ends what --from begins; give --from")
    if only is None and from_ is None:
        return None
    from daemon.app.requests import series

    if only is not None:
        return series.day_of(only, "--only"), series.day_of(only, "--only")
    return series.day_of(from_ or "", "--from"), None if until is None else series.day_of(until, "--until")
