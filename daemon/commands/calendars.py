"""`gatherly calendars`: what calendars a connector can see."""

from daemon.app.calendars import ListedCalendar, calendars
from daemon.app.principal import OPERATOR
from daemon.terminal.parameters import Config, ConnectorArgument, Json
from daemon.terminal.progress import Progress
from daemon.terminal.screen import print_answer
from daemon.terminal.table import table
from daemon.wire import open_daemon


def run(name: ConnectorArgument, config: Config, as_json: Json = False) -> int:
    """Ask the provider, and print what it lists."""
    opened = open_daemon(config, lock=False, only_looks=True)
    with opened as services, Progress(services.clock, f"asking {name}"):
        found = calendars(OPERATOR, services.source(name))
    print_answer(as_json, lambda: [one.document() for one in found], lambda: _words(found))
    return 0


def _words(found: list[ListedCalendar]) -> str:
    remotes = [one.remote for one in found]
    rows = [
        (str(one.calendar), "no" if one.read_only else "yes", one.zone or "", one.name) for one in remotes
    ]
    return table(("calendar", "writable", "zone", "name"), rows) or "It has no calendar."
