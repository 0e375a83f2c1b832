"""`gatherly simulate people`: how often people with known preferences take what each policy shows them."""

from typing import Annotated, Any

import typer

from daemon.runtime.clock import SystemClock
from daemon.terminal.parameters import Json
from daemon.terminal.progress import Progress
from daemon.terminal.screen import print_answer
from daemon.terminal.table import table
from daemon.terminal.times import counted
from engine.simulation.people import World
from engine.simulation.play import STRETCHES, Played, play


def run(
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", min=0, help="The same seed, the same people.")
    ] = 1,
    people: Annotated[
        int, typer.Option("--people", metavar="N", min=2, max=2000, help="How many there are.")
    ] = 200,
    sessions: Annotated[
        int, typer.Option("--sessions", metavar="N", min=1, max=1000, help="Sessions of each of them.")
    ] = 60,
    world: Annotated[World, typer.Option("--world", help="How people are made.")] = World.PLAIN,
    as_json: Json = False,
) -> int:
    """Show three times a session by each policy, and tell how often one of them was taken."""
    with Progress(
        SystemClock(), f"playing {counted(sessions, 'session')} of {counted(people, 'person', 'people')}"
    ):
        played = play(seed, people, sessions, world)
    print_answer(as_json, lambda: _document(played), lambda: _words(played))
    return 0


def _document(played: Played) -> dict[str, Any]:
    return {
        "world": played.world.value,
        "seed": played.seed,
        "people": played.people,
        "sessions": played.sessions,
        "policies": {
            name: {
                f"{first}-{last}": None
                if (found := played.between(name, first, last)) is None
                else round(found, 4)
                for first, last in STRETCHES
            }
            for name in played.rounds
        },
    }


def _words(played: Played) -> str:
    head = ["policy", *(f"{first}-{last}" for first, last in STRETCHES)]
    rows = [
        [name, *("–" if value is None else f"{value:.3f}" for value in played.stretches(name))]
        for name in played.rounds
    ]
    told = (
        f"How often one of three shown times was taken, by session of a person: {played.people} simulated "
        f"people, world {played.world.value}, seed {played.seed}. Results of a simulator, not of users."
    )
    return f"{table(head, rows)}\n\n{told}"
