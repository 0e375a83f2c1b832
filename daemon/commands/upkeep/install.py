"""`gatherly install`: units, backup timer, users and folders, completions and the manual page."""

import os
from typing import Annotated

import typer

from daemon.app.principal import OPERATOR
from daemon.app.upkeep.install import files, put_in_place

NEXT = (
    "systemd-sysusers && systemd-tmpfiles --create && systemctl daemon-reload",
    "(umask 077; head -c 32 /dev/urandom > /etc/gatherly/gatherly.key)    unless there is one",
    "write /etc/gatherly/gatherly.toml (docs/how-to/service.md), then: gatherly check --offline",
    "systemctl enable --now gatherly.service gatherly-backup.timer",
)
NEXT_OF_MINE = (
    "gatherly init ~/.config/gatherly    unless there is a configuration",
    "systemctl --user daemon-reload",
    "systemctl --user enable --now gatherly.service gatherly-backup.timer",
    "loginctl enable-linger    where it should run while you are not logged in",
)


def run(
    print_: Annotated[bool, typer.Option("--print", help="Only say what would be put where.")] = False,
    mine: Annotated[bool, typer.Option("--user", help="For yourself alone, without root.")] = False,
) -> int:
    """Put everything in place, and say what to do next.

    Raises:
        InputError: a file cannot be written.
    """
    wanted = files(os.environ, mine=mine)
    if print_:
        width = max(len(str(one.place)) for one in wanted)
        print("\n".join(f"{str(one.place).ljust(width)}  {one.what}" for one in wanted))
        return 0
    for one, became in put_in_place(OPERATOR, wanted):
        print(f"{one.place}: {became}")
    for number, line in enumerate(NEXT_OF_MINE if mine else NEXT):
        print(f"{'Next' if number == 0 else '    '}  {line}")
    return 0
