"""`gatherly seed`: people, sessions and messages to be tried, in an empty store or an empty Firestore."""

from daemon.app.principal import OPERATOR
from daemon.app.upkeep.seed import fill
from daemon.store_access import open_store_only
from daemon.sync.configured_users import ids_of
from daemon.terminal.parameters import Config
from daemon.terminal.times import counted


def run(config: Config) -> int:
    """Fill the store, and say with what.

    Raises:
        InputError: it holds anything already.
    """
    with open_store_only(config) as access:
        apps = None if access.app_documents is None else access.app_documents.apps
        configured = ids_of(access.configuration.settings)
        seeded = fill(OPERATOR, access.store, apps, configured, access.clock.now())
    print(
        f"Filled with {counted(len(seeded.users), 'user')}, {counted(len(seeded.sessions), 'session')}, "
        f"{counted(len(seeded.messages), 'message')} and {counted(len(seeded.past), 'past outcome')}."
    )
    print("Nobody of them has a calendar: what they are offered is to be looked at, not to be booked.")
    print("Next  gatherly session list")
    return 0
