"""What `session cancel` and `session reschedule` ask of single occurrences of a series."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from engine.model.session import EventSession

if TYPE_CHECKING:
    from daemon.app.sessions import SessionDesk

Only = Annotated[
    str | None, typer.Option("--only", metavar="DATE", help="Of a series this day's occurrence alone.")
]
From = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help="Of a series this day's and all later ones.")
]
Ask = Callable[["SessionDesk"], EventSession]


def call_off(id_: str, reason: str | None, only: str | None, from_: str | None) -> Ask:
    """Give what is asked of the desk: to call off a session, an occurrence of it, or its end."""
    _one_of(only, from_)

    def ask(desk: "SessionDesk") -> EventSession:
        from daemon.app.requests import series

        if only is not None:
            return series.leave_out(desk, desk.named(id_), series.day_of(only, "--only"), reason)
        if from_ is not None:
            return series.end_before(desk, desk.named(id_), series.day_of(from_, "--from"), reason)
        return desk.cancel(desk.named(id_), reason)

    return ask


def move(id_: str, message: str | None, only: str | None, from_: str | None) -> Ask:
    """Give what is asked of the desk: other times for a session, an occurrence of it, or its end."""
    _one_of(only, from_)

    def ask(desk: "SessionDesk") -> EventSession:
        from daemon.app.requests import series

        if only is not None:
            return series.move_one(desk, desk.named(id_), series.day_of(only, "--only"), message)
        if from_ is not None:
            return series.propose_anew(desk, desk.named(id_), series.day_of(from_, "--from"), message)
        return desk.reschedule(desk.named(id_), message)

    return ask


def _one_of(only: str | None, from_: str | None) -> None:
    if only is not None and from_ is not None:
        raise typer.BadParameter("--only names one occurrence, --from that and all later ones; give one")
