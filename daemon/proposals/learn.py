"""Learn: the model is fitted anew from the log whenever that is due."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog

from config.configuration import Configuration
from config.settings import LearningSettings
from engine.documents.evaluations import evaluation_document
from engine.documents.learned_models import model_document
from engine.ids import UserId
from engine.learning.evaluation import Evaluation, evaluate
from engine.learning.installation import Forgetting, forgetting, installation_model
from engine.learning.model import LearnedModel
from engine.learning.showing import first_ends, logged_of
from engine.model.learning import EVALUATION, MODEL, LearningNote, forgotten_id
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock
from engine.time.span import Instant

MOST_EVENTS = 100_000
"""The newest ends that are learned from; what is older weighs next to nothing."""
MOST_EVALUATED = 5_000
"""The newest ends by which policies are compared at each fit: two seconds of CPU time."""

_LOG = structlog.get_logger("gatherly")


def silent_people(configuration: Configuration) -> frozenset[UserId]:
    """Give those whose answers teach nothing and rank nothing."""
    users = configuration.settings.users.items()
    return frozenset(UserId(user.id or name) for name, user in users if not user.learn)


def what_is_forgotten(tx: Transaction, users: Mapping[UserId, object]) -> Forgetting:
    """Gather what people had forgotten."""
    found = {user: note for user in users if (note := tx.repositories.learning.get(forgotten_id(user)))}
    return forgetting({user: note.document for user, note in found.items()})


def fitted_now(tx: Transaction, settings: LearningSettings, silent: frozenset[UserId]) -> LearnedModel:
    """Fit the model to the log as it is."""
    zones = {user.id: user.timezone for user in tx.users.all()}
    events = tx.repositories.analytics.newest(MOST_EVENTS)
    return installation_model(events, zones, silent, what_is_forgotten(tx, zones), settings.policy)


def evaluated_now(tx: Transaction, most: int = MOST_EVENTS) -> Evaluation:
    """Evaluate every policy on the log as it is."""
    users = {user.id: user for user in tx.users.all()}
    ends = first_ends(tx.repositories.analytics.newest(most))
    return evaluate([one for end in ends if (one := logged_of(end)) is not None], users)


def keep_model(tx: Transaction, model: LearnedModel, now: Instant) -> None:
    """Put a model in the place of the one before."""
    _keep(tx, MODEL, model_document(model), now)


def _keep(tx: Transaction, id_: str, document: Mapping[str, Any], now: Instant) -> None:
    note = tx.repositories.learning.get(id_) or LearningNote(id=id_, document={}, updated_at=now)
    tx.repositories.learning.put(replace(note, document=document, updated_at=now))


class LearnJob:
    """Fits what was learned anew, `fit_every` after it last was."""

    def __init__(self, store: Store, clock: Clock, configuration: Configuration) -> None:
        self._store = store
        self._clock = clock
        self._settings = configuration.settings.learning
        self._silent = silent_people(configuration)

    def run(self) -> int:
        """Fit if it is due; tell how many models were fitted."""
        if not self._settings.enabled:
            return 0
        with self._store.reading() as tx:
            known = tx.repositories.learning.get(MODEL)
            if not self._is_due(tx, known):
                return 0
            model = fitted_now(tx, self._settings, self._silent)
            compared = evaluated_now(tx, MOST_EVALUATED)
        if model.empty and known is None:
            return 0
        with self._store.writing() as tx:
            keep_model(tx, model, self._clock.now())
            _keep(tx, EVALUATION, evaluation_document(compared), self._clock.now())
        _LOG.info("learning.fitted", sessions=model.sessions, people=len(model.people))
        return 1

    def _is_due(self, tx: Transaction, known: LearningNote | None) -> bool:
        if known is None:
            return bool(tx.repositories.analytics.newest(1))
        return self._clock.now() >= known.updated_at + self._settings.fit_every
