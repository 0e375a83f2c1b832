"""What `gatherly session create` can be told."""

from typing import Annotated

import typer

Host = Annotated[
    str | None, typer.Option("--host", "--as", metavar="USER", help="Who asks; an id, address or name.")
]
Title = Annotated[str | None, typer.Option("--title", metavar="TEXT", help="What it is about.")]
Whole = Annotated[
    str | None, typer.Option("--message", metavar="TEXT", help="All of it in plain words, instead.")
]
With = Annotated[list[str] | None, typer.Option("--with", metavar="USER", help="Must be there.")]
Optional = Annotated[list[str] | None, typer.Option("--optional", metavar="USER", help="May miss it.")]
AnyOf = Annotated[
    list[str] | None, typer.Option("--any-of", metavar="A,B,C:2", help="So many of these; 1 unless said.")
]
Duration = Annotated[
    str | None,
    typer.Option("--duration", metavar="60m", help="What the host prefers, else 60m."),
]
Description = Annotated[
    str | None, typer.Option("--description", metavar="TEXT", help="What stands in everybody's copy.")
]
Location = Annotated[str | None, typer.Option("--location", metavar="TEXT", help="Where.")]
Days = Annotated[str | None, typer.Option("--days", metavar="monday,tuesday", help="On these days alone.")]
Between = Annotated[str | None, typer.Option("--between", metavar="14:00-18:00", help="On the host's clock.")]
NotOn = Annotated[
    list[str] | None, typer.Option("--not-on", metavar="DATE", help="Not on this day, like 2026-11-20.")
]
Within = Annotated[str | None, typer.Option("--within", metavar="7d", help="Days ahead; 7d unless said.")]
Buffer = Annotated[str | None, typer.Option("--buffer", metavar="10m", help="Kept free before and after it.")]
Notice = Annotated[str | None, typer.Option("--notice", metavar="4h", help="Not sooner than this from now.")]
Needs = Annotated[
    list[str] | None, typer.Option("--needs", metavar="RESOURCE", help="What it uses, like a car.")
]
Repeat = Annotated[
    str | None,
    typer.Option("--repeat", metavar="FREQ=WEEKLY;COUNT=10", help="It is held by this rule (RRULE)."),
]
AtLeast = Annotated[
    int | None,
    typer.Option("--at-least", metavar="N", help="So many occurrences must suit; all unless said."),
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Without regard to anybody's habits.")]
