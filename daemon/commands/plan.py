"""`gatherly plan`: what the next sync and write-back would do; nothing is done."""

from daemon.app.principal import OPERATOR
from daemon.app.sync_plan import Planned, PlannedRead, plan
from daemon.terminal.parameters import Config, Json
from daemon.terminal.progress import Progress
from daemon.terminal.screen import print_answer
from daemon.wire import open_daemon
from engine.text.plain_text import one_line


def run(config: Config, as_json: Json = False) -> int:
    """Read the calendars, decide, and print the decisions; exit 1 when one cannot be read."""
    opened = open_daemon(config, lock=False, only_looks=True)
    with opened as services, Progress(services.clock) as say:
        read = say.each(list(services.sources.values()), lambda source: f"reading {source.name}")
        found = plan(OPERATOR, services.store, read, services.pull)
    print_answer(as_json, found.document, lambda: _words(found))
    return 0 if found.ok else 1


def _words(found: Planned) -> str:
    lines = [one_line(f"{one.connector}/{one.calendar}: {_change(one)}") for one in found.reads]
    lines += [
        f"{one.effect.calendar}: {one.effect.want} for session {one.effect.session}" for one in found.writes
    ]
    return "\n".join(lines) or "There is nothing to read and nothing to write."


def _change(one: PlannedRead) -> str:
    if one.plan is None:
        return str(one.error)
    if one.plan.calendar.suspicion:
        return f"held back: {one.plan.calendar.suspicion}"
    if not one.plan.upserts and not one.plan.deletes:
        return "nothing new"
    return f"{len(one.plan.upserts)} to store, {len(one.plan.deletes)} to remove"
