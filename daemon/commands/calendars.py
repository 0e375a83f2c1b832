"""`gatherly calendars`: what calendars a connector can see."""

from daemon.sync.source import Source
from daemon.terminal.parameters import Config, ConnectorArgument, Json
from daemon.terminal.screen import print_answer
from daemon.terminal.table import table
from daemon.wire import open_daemon
from engine.ports.connector import RemoteCalendar


def run(name: ConnectorArgument, config: Config, as_json: Json = False) -> int:
    """Ask the provider, and print what it lists."""
    with open_daemon(config, lock=False) as services:
        source = services.source(name)
        found = source.connector.calendars()
    listed = [
        {
            "calendar": one.calendar,
            "name": one.name,
            "zone": one.zone,
            "primary": one.is_primary,
            "readOnly": one.read_only,
            "hidden": one.is_hidden,
            "read": source.reads and _is_read(source, one),
            "write": one.calendar == source.write,
        }
        for one in found
    ]
    rows = [(str(one.calendar), "no" if one.read_only else "yes", one.zone or "", one.name) for one in found]
    print_answer(
        as_json,
        lambda: listed,
        lambda: table(("calendar", "writable", "zone", "name"), rows) or "It has no calendar.",
    )
    return 0


def _is_read(source: Source, one: RemoteCalendar) -> bool:
    return not one.is_hidden if source.read is None else one.calendar in source.read
