"""How learning stands: who is ranked by what, how true its confidence is, and when it is fitted next."""

from typing import Any

from daemon.app.access import Access
from daemon.app.learning.profiles import current_model
from daemon.proposals.learn import evaluated_now, silent_people
from daemon.proposals.learning_log import MOST_EVENTS
from engine.ids import UserId
from engine.learning.evaluation import Evaluation
from engine.learning.installation import calibration_bins
from engine.learning.model import LearnedModel
from engine.learning.policy import Policy
from engine.model.learning import MODEL
from engine.time.instant import format_instant


def learning_document(access: Access) -> dict[str, Any]:
    """Tell how learning stands."""
    settings = access.configuration.settings.learning
    with access.store.reading() as tx:
        note, model = tx.repositories.learning.get(MODEL), current_model(tx)
        events = tx.repositories.analytics.newest(MOST_EVENTS)
        people = sorted(user.id for user in tx.users.all())
    due = access.clock.now() if note is None else note.updated_at + settings.fit_every
    calibration = model.calibration
    return {
        "people": {user: _person(model, user, settings.enabled) for user in people},
        "fitted": None if note is None else format_instant(note.updated_at),
        "sessions": model.sessions,
        "calibration": calibration_bins(events),
        "calibrated": None if calibration is None else calibration._asdict(),
        "next": format_instant(due) if settings.enabled else None,
        "silent": sorted(silent_people(access.configuration)),
    }


def _person(model: LearnedModel, user: UserId, enabled: bool) -> dict[str, Any]:
    habits = model.people.get(user)
    if habits is None or not enabled:
        return {"policy": Policy.FIXED.value, "samples": 0}
    return {"policy": habits.policy.value, "samples": habits.samples}


def evaluation(access: Access) -> Evaluation:
    """Evaluate every policy on the installation's own log."""
    with access.store.reading() as tx:
        return evaluated_now(tx)
