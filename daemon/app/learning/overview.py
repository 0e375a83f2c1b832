"""How learning stands: who is ranked by what, how true its confidence is, and when it is fitted next."""

from typing import Any

from daemon.app.access import Access
from daemon.app.learning.profiles import current_model, policy_of
from daemon.proposals.learn import evaluated_now, silent_people
from daemon.proposals.learning_log import MOST_EVENTS
from engine.ids import UserId
from engine.learning.confidence_bins import NO_BINS, bins_document, with_answered
from engine.learning.evaluation import Evaluation
from engine.learning.model import LearnedModel
from engine.learning.policy import Policy
from engine.learning.showing import ended_sessions
from engine.model.learning import CONFIDENCE, MODEL, LearningNote
from engine.ports.store import Transaction
from engine.time.instant import format_instant


def learning_document(access: Access) -> dict[str, Any]:
    """Tell how learning stands: how true its confidence is, as of the last fit."""
    settings = access.configuration.settings.learning
    with access.store.reading() as tx:
        note, model = tx.repositories.learning.get(MODEL), current_model(tx)
        bins = _bins(tx, note)
        people = sorted(user.id for user in tx.users.all())
    due = access.clock.now() if note is None else note.updated_at + settings.fit_every
    calibration = model.calibration
    return {
        "enabled": settings.enabled,
        "people": {user: _person(access, model, user) for user in people},
        "fitted": None if note is None else format_instant(note.updated_at),
        "sessions": model.sessions,
        "calibration": bins,
        "calibrated": None if calibration is None else calibration._asdict(),
        "next": format_instant(due) if settings.enabled else None,
        "silent": sorted(silent_people(access.configuration)),
    }


def _bins(tx: Transaction, model: LearningNote | None) -> list[dict[str, Any]]:
    """Give what was told with the model; the log is only read where nothing was."""
    told = None if model is None else tx.repositories.learning.get(CONFIDENCE)
    if told is not None:
        return list(told.document["bins"])
    ended = ended_sessions(tx.repositories.analytics.newest(MOST_EVENTS))
    return bins_document(with_answered(NO_BINS, (one.event for one in ended if one.logged.answered)))


def _person(access: Access, model: LearnedModel, user: UserId) -> dict[str, Any]:
    policy = policy_of(access.configuration, model, user)
    samples = 0 if policy is Policy.FIXED else model.people[user].samples
    return {"policy": policy.value, "samples": samples}


def evaluation(access: Access) -> Evaluation:
    """Evaluate every policy on the installation's own log."""
    return evaluated_now(access.store)
