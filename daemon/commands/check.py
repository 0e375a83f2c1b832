"""`gatherly check`: is the configuration right, and does each connector work?"""

from collections.abc import Iterator
from typing import Annotated

import typer

from daemon.app.check import Checked, CheckReport, check, check_offline
from daemon.app.principal import OPERATOR
from daemon.app.relations.examine import examined as contacts_found
from daemon.notices.examine import examined, unreached
from daemon.runtime.clock import SystemClock
from daemon.store_access import load_configuration, no_store
from daemon.terminal.paint import Role, marked, paint
from daemon.terminal.parameters import Config, Json
from daemon.terminal.progress import Progress
from daemon.terminal.screen import print_answer
from daemon.terminal.times import counted
from daemon.wire import open_daemon
from engine.text.plain_text import one_line

TO_REACH = "set up [mail], or a channel under [notify]; notify = [] says that it is meant so"
NOTEWORTHY = 2
"""Seconds by which clocks may differ without a word."""


def run(
    config: Config,
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask the providers.")] = False,
    as_json: Json = False,
) -> int:
    """Print what was found; exit 1 when a connector does not work.

    Raises:
        ConfigurationError: the configuration is wrong.
    """
    store = no_store(load_configuration(config))
    if offline:
        found = check_offline(OPERATOR, load_configuration(config), store)
    else:
        with open_daemon(config, lock=False, only_looks=True) as services, Progress(services.clock) as say:
            found = check(
                OPERATOR,
                services.configuration,
                services.sources.values(),
                services.app_documents,
                store,
                services.clock,
                say,
            )
    found = found.beside(examined(found.configuration, online=not offline))
    found = found.beside(contacts_found(found.configuration, SystemClock(), online=not offline))
    print_answer(as_json, found.document, lambda: "\n".join(_words(found, offline)))
    return 0 if found.ok else 1


def _words(found: CheckReport, offline: bool) -> Iterator[str]:
    yield marked("!" if found.left_out else "✓", _read(found))
    wrong = [*(f"left out: {problem}" for problem in found.left_out), *found.store, *found.users]
    yield from (marked("×", one_line(line)) for line in wrong)
    width = max((len(one.name) for one in found.connectors), default=0)
    for one in _not_told_yet(found):
        yield from _connector(one, width)
    yield paint(Role.QUIET, _counts(found, len(wrong)))
    lost = unreached(found.configuration.settings)
    if lost:
        yield f"Nothing tells {', '.join(map(one_line, lost))} of what is proposed and booked: {TO_REACH}"
    if offline:
        yield "No provider was asked (--offline)."


def _not_told_yet(found: CheckReport) -> list[Checked]:
    """Leave out what a broken drop-in defines: its problems stand above, each once."""
    told = " ".join(found.left_out)
    return [
        one
        for one in found.connectors
        if not (one.disabled and one.problems and one.problems[0].partition(" (and ")[0] in told)
    ]


def _read(found: CheckReport) -> str:
    settings = found.configuration.settings
    drop_ins = len(found.configuration.drop_ins)
    files = found.configuration.file.name + (f" and {counted(drop_ins, 'drop-in')}" if drop_ins else "")
    counts = f"{counted(len(settings.users), 'user')}, {counted(len(settings.connectors), 'connector')}"
    return f"{files}: {counts}"


def _connector(one: Checked, width: int) -> Iterator[str]:
    lines = [*one.problems, *one.cautions] or [_found(one)]
    mark = "×" if one.problems else "!" if one.cautions else "✓"
    yield marked(mark, f"{one.name.ljust(width)}  {one_line(lines[0])}")
    yield from (f"  {' ' * width}  {one_line(line)}" for line in lines[1:])


def _found(one: Checked) -> str:
    probe = one.probe
    if probe is None:
        return ", ".join(one.notes) or "reached"
    took = "" if one.took is None else f" in {one.took:.1f} s"
    may = "may read" + (f" and write {one.write}" if one.write is not None and probe.can_write else "")
    skew = probe.clock_skew or 0
    clock = (f"clock {abs(skew)} s {'behind' if skew > 0 else 'ahead'}",) if abs(skew) > NOTEWORTHY else ()
    return ", ".join((f"reached{took}", may, *clock, *probe.notes))


def _counts(found: CheckReport, wrong: int) -> str:
    bad = wrong + sum(bool(one.problems) for one in _not_told_yet(found))
    odd = sum(bool(one.cautions) and not one.problems for one in found.connectors)
    good = (
        len(found.connectors)
        + (not found.left_out)
        - odd
        - sum(bool(one.problems) for one in found.connectors)
    )
    counts = ((good, "in order"), (odd, "to look at"), (bad, "wrong"))
    return ", ".join(f"{count} {word}" for count, word in counts if count) or "Nothing to check"
