"""How scheduling went: counts and medians of the sessions that somebody may see."""

import json
from typing import Any

from connectors.sandbox.task import Runner, UnfinishedError
from daemon.app.access import Access
from daemon.app.insight.figures import TASK, packed
from daemon.app.insight.tallies import Tallies
from daemon.app.principal import Principal, Role
from engine.errors import SourceUnavailableError
from engine.model.learning import EVALUATION

MOST_SECONDS = 5.0
"""Of the processor: many times what as many sessions take as are ever counted."""


def analytics(access: Access, principal: Principal, tallies: Tallies, run: Runner) -> dict[str, Any]:
    """Count outcomes by day, times proposed and taken by weekday and hour, and how long it took.

    One's own sessions count, for operators all; clocks are the asker's own. Of many, the newest are opened
    at once and the rest in a moment: `uncounted` says of how many. They are counted by a child process.
    Operators also get what each way of ranking would have come to, as of the last fit; None where nothing
    was fitted.

    Raises:
        SourceUnavailableError: the child did not end in time.
    """
    attendee = None if principal.role is Role.OPERATOR else principal.user
    with access.store.reading() as tx:
        taken = tallies.taken(tx, attendee)
        user = None if principal.user is None else tx.users.get(principal.user)
        compared = tx.repositories.learning.get(EVALUATION) if attendee is None else None
    if taken.uncounted:
        tallies.go_on(access.store, attendee)
    zone = "UTC" if user is None else user.timezone
    try:
        figures = json.loads(run(TASK, packed(taken.lines, zone), cpu=MOST_SECONDS))
    except UnfinishedError as error:
        raise SourceUnavailableError("The figures take too long", "Ask again in a while") from error
    return {
        **figures,
        "unopened": taken.unopened,
        "uncounted": taken.uncounted,
        "policies": None if compared is None else dict(compared.document),
    }
