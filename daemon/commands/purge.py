"""`gatherly purge`: remove everything gatherly wrote through one connector, even when the store is lost."""

import sys

from daemon.app.principal import OPERATOR
from daemon.app.purge import purge
from daemon.terminal.parameters import Config, ConnectorArgument, DryRun
from daemon.terminal.progress import Progress
from daemon.terminal.times import counted
from daemon.wire import open_daemon


def run(name: ConnectorArgument, config: Config, dry_run: DryRun = False) -> int:
    """Print the UID or provider id of each event as it goes, one a line."""
    with open_daemon(config, lock=not dry_run) as services, Progress(services.clock) as say:
        source, count = services.source(name), 0
        say(f"looking through the calendars of {source.name}")
        gone = purge(OPERATOR, services.store, services.clock, source.name, source.connector, dry_run=dry_run)
        for purged in gone:
            say.line(purged.event_id)
            count += 1
            say(f"{counted(count, 'event')} of {purged.calendar} so far")
    print(f"{counted(count, 'event')} {'would go' if dry_run else 'removed'}.", file=sys.stderr)
    return 0
