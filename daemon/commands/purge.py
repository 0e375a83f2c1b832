"""`gatherly purge`: remove everything gatherly wrote through one connector, even when the store is lost."""

import sys

from daemon.booking.purge import PurgeJob
from daemon.terminal.parameters import Config, ConnectorArgument, DryRun
from daemon.wire import open_daemon
from engine.errors import UnknownThingError
from engine.ids import ConnectorName


def run(name: ConnectorArgument, config: Config, dry_run: DryRun = False) -> int:
    """Print the UID or provider id of each event as it goes, one a line."""
    with open_daemon(config, lock=not dry_run) as services:
        source = services.sources.get(ConnectorName(name))
        if source is None:
            raise UnknownThingError(f"There is no connector {name}", "`gatherly status` lists them")
        job = PurgeJob(services.store, services.clock, source.name, source.connector)
        count = 0
        for purged in job.run(dry_run=dry_run):
            print(purged.event_id)
            count += 1
    print(f"{count} events {'would go' if dry_run else 'removed'}.", file=sys.stderr)
    return 0
