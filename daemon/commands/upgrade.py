"""`gatherly db upgrade`: bring the store to this version's schema."""

from daemon.terminal.parameters import Config
from daemon.wire import open_daemon


def run(config: Config) -> int:
    """Migrate the store if it is older; one of a later version is refused by the opening."""
    with open_daemon(config) as services:
        wrong = services.store.check()
    for line in wrong:
        print(line)
    print("The store has this version's schema.")
    return 1 if wrong else 0
