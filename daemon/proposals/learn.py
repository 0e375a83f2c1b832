"""Learn: the model is fitted anew from the log whenever that is due."""

from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from typing import Any

import structlog

from config.configuration import Configuration
from config.settings import LearningSettings
from daemon.proposals.learning_log import MOST_EVENTS, LearningLog, read_on
from engine.documents.evaluations import evaluation_document
from engine.documents.learned_models import model_document
from engine.ids import UserId
from engine.learning.evaluation import Evaluation, evaluate
from engine.learning.installation import Forgetting, Teaching, forgetting, model_so_far
from engine.learning.model import LearnedModel
from engine.learning.showing import ended_sessions
from engine.model.learning import COMPARED, EVALUATION, MODEL, LearningNote, forgotten_id
from engine.model.user import User
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock
from engine.time.span import Instant

MOST_EVALUATED = 5_000
"""The newest ended sessions by which policies are compared."""
GROWN = 0.02
"""They are compared again once the log grew by this share."""

_LOG = structlog.get_logger("gatherly")


def silent_people(configuration: Configuration) -> frozenset[UserId]:
    """Give those whose answers teach nothing and rank nothing."""
    users = configuration.settings.users.items()
    return frozenset(UserId(user.id or name) for name, user in users if not user.learn)


def what_is_forgotten(tx: Transaction, users: Mapping[UserId, object]) -> Forgetting:
    """Gather what people had forgotten."""
    found = {user: note for user in users if (note := tx.repositories.learning.get(forgotten_id(user)))}
    return forgetting({user: note.document for user, note in found.items()})


def teaching(tx: Transaction, users: Mapping[UserId, User], silent: frozenset[UserId]) -> Teaching:
    """Tell under what answers are counted now."""
    return Teaching({user.id: user.timezone for user in users.values()}, silent, what_is_forgotten(tx, users))


def fitted_now(tx: Transaction, settings: LearningSettings, silent: frozenset[UserId]) -> LearnedModel:
    """Fit the model to the log as it is."""
    users = everybody(tx)
    log = read_on(tx, None, users, teaching(tx, users, silent))
    return model_so_far(log.so_far, log.teaching, settings.policy)


def everybody(tx: Transaction) -> dict[UserId, User]:
    """Give all people by id."""
    return {user.id: user for user in tx.users.all()}


def evaluated_now(tx: Transaction) -> Evaluation:
    """Evaluate every policy on the log as it is."""
    log = ended_sessions(tx.repositories.analytics.newest(MOST_EVENTS))
    return evaluate([one.logged for one in log], everybody(tx))


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
        self._log: LearningLog | None = None
        self._version: int | None = None

    def run(self) -> int:
        """Fit if it is due; tell how many models were fitted."""
        if not self._settings.enabled:
            return 0
        with self._store.reading() as tx:
            known = tx.repositories.learning.get(MODEL)
            if not self._is_due(tx, known):
                return 0
            users, before = everybody(tx), self._log
            found = read_on(tx, before, users, teaching(tx, users, self._silent))
        if known is not None and found is before and self._version == known.version:
            self._leave(known)
            return 0
        self._log = found
        model = model_so_far(found.so_far, found.teaching, self._settings.policy)
        if model.empty and known is None:
            return 0
        compared = self._comparison(found)
        with self._store.writing() as tx:
            keep_model(tx, model, self._clock.now())
            if compared is not None:
                _keep(tx, EVALUATION, evaluation_document(compared), self._clock.now())
                _keep(tx, COMPARED, _resting_on(found), self._clock.now())
            self._remember(tx)
        _LOG.info("learning.fitted", sessions=model.sessions, people=len(model.people))
        return 1

    def _comparison(self, found: LearningLog) -> Evaluation | None:
        """Compare policies where the log has grown by so much that it may say something else."""
        with self._store.reading() as tx:
            known = tx.repositories.learning.get(COMPARED)
            if known is not None and known.document["release"] == version("gatherly"):
                count, basis = known.document["sessions"], known.document["basis"]
                if found.hardly_says_more_than(count, basis, GROWN):
                    return None
            newest = found.newest(tx, MOST_EVALUATED)
        return evaluate([one.logged for one in newest], found.users)

    def _leave(self, known: LearningNote) -> None:
        """Let the model stand: it was fitted to the same."""
        with self._store.writing() as tx:
            _keep(tx, MODEL, known.document, self._clock.now())
            self._remember(tx)

    def _remember(self, tx: Transaction) -> None:
        note = tx.repositories.learning.get(MODEL)
        self._version = None if note is None else note.version

    def _is_due(self, tx: Transaction, known: LearningNote | None) -> bool:
        if known is None:
            return bool(tx.repositories.analytics.newest(1))
        return self._clock.now() >= known.updated_at + self._settings.fit_every


def _resting_on(log: LearningLog) -> Mapping[str, Any]:
    """Name what a comparison rests on, the release too: the next may rank otherwise."""
    sessions = len(log.ended)
    return {"release": version("gatherly"), "sessions": sessions, "basis": log.basis(sessions)}
