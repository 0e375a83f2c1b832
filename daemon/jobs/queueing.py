"""Which queue carries the work: as `[cluster] engine` says."""

from config.installation import adding
from daemon.cluster.local_queue import LocalQueue, Take
from daemon.jobs.jobs import Lane
from daemon.jobs.serve import AT_ONCE, MakeQueue
from daemon.services import Services
from daemon.store_access import store_url
from engine.errors import StoreError
from engine.ports.work import WorkQueue

PROCRASTINATE = "procrastinate"


def queue_of(services: Services) -> MakeQueue:
    """Give what makes the daemon's queue.

    Raises:
        StoreError: the extra that it needs is missing.
    """
    if services.configuration.settings.cluster.engine != PROCRASTINATE:
        return LocalQueue
    try:
        from daemon.cluster.carrier import Carrier
        from daemon.cluster.procrastinate_queue import ProcrastinateQueue
    except ModuleNotFoundError as error:
        raise StoreError("The queue between daemons, procrastinate, is missing", adding("cluster")) from error

    def made(take: Take) -> WorkQueue:
        carrier = Carrier(store_url(services.configuration))
        return ProcrastinateQueue(carrier, AT_ONCE[Lane.BOOKINGS], take, services.clock, services.lasting)

    return made
