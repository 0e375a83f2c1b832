"""Learn: the model is fitted anew from the log whenever that is due."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import structlog

from config.configuration import Configuration
from config.settings import LearningSettings
from engine.documents.evaluations import evaluation_document
from engine.documents.learned_models import model_document
from engine.ids import UserId
from engine.learning.evaluation import Evaluation, evaluate
from engine.learning.installation import Forgetting, forgetting, installation_model
from engine.learning.model import LearnedModel
from engine.learning.showing import Ended, ended_sessions
from engine.model.learning import EVALUATION, MODEL, LearningNote, forgotten_id
from engine.model.user import User
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock
from engine.time.span import Instant

MOST_EVENTS = 100_000
"""The newest ends that are learned from; what is older weighs next to nothing."""
MOST_EVALUATED = 5_000
"""The newest ended sessions by which policies are compared at each fit."""

_LOG = structlog.get_logger("gatherly")


def silent_people(configuration: Configuration) -> frozenset[UserId]:
    """Give those whose answers teach nothing and rank nothing."""
    users = configuration.settings.users.items()
    return frozenset(UserId(user.id or name) for name, user in users if not user.learn)


def what_is_forgotten(tx: Transaction, users: Mapping[UserId, object]) -> Forgetting:
    """Gather what people had forgotten."""
    found = {user: note for user in users if (note := tx.repositories.learning.get(forgotten_id(user)))}
    return forgetting({user: note.document for user, note in found.items()})


class Material(NamedTuple):
    """What is learned from: what ended, oldest first, of whom, and what of it they had forgotten."""

    log: Sequence[Ended]
    users: Mapping[UserId, User]
    forgot: Forgetting

    def digest(self) -> bytes:
        """Tell it from any other, within one process."""
        found = hashlib.sha256(repr((self.users, self.forgot)).encode())
        for one in self.log:
            found.update(repr(one.logged).encode())
        return found.digest()


def material(tx: Transaction) -> Material:
    """Read the log as it is."""
    users = {user.id: user for user in tx.users.all()}
    log = ended_sessions(tx.repositories.analytics.newest(MOST_EVENTS))
    return Material(log, users, what_is_forgotten(tx, users))


def fitted_to(found: Material, settings: LearningSettings, silent: frozenset[UserId]) -> LearnedModel:
    """Fit the model to what was read."""
    zones = {user.id: user.timezone for user in found.users.values()}
    return installation_model(found.log, zones, silent, found.forgot, settings.policy)


def fitted_now(tx: Transaction, settings: LearningSettings, silent: frozenset[UserId]) -> LearnedModel:
    """Fit the model to the log as it is."""
    return fitted_to(material(tx), settings, silent)


def evaluated_on(found: Material, most: int = MOST_EVENTS) -> Evaluation:
    """Evaluate every policy on the newest sessions of what was read."""
    return evaluate([one.logged for one in found.log[-most:]], found.users)


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
        self._taught: tuple[bytes, int | None] = b"", None

    def run(self) -> int:
        """Fit if it is due; tell how many models were fitted."""
        if not self._settings.enabled:
            return 0
        with self._store.reading() as tx:
            known = tx.repositories.learning.get(MODEL)
            if not self._is_due(tx, known):
                return 0
            found = material(tx)
        taught = found.digest()
        if known is not None and self._taught == (taught, known.version):
            self._leave(known)
            return 0
        model = fitted_to(found, self._settings, self._silent)
        if model.empty and known is None:
            return 0
        compared = evaluated_on(found, MOST_EVALUATED)
        with self._store.writing() as tx:
            keep_model(tx, model, self._clock.now())
            _keep(tx, EVALUATION, evaluation_document(compared), self._clock.now())
            self._remember(tx, taught)
        _LOG.info("learning.fitted", sessions=model.sessions, people=len(model.people))
        return 1

    def _leave(self, known: LearningNote) -> None:
        """Let the model stand: it was fitted to the same."""
        with self._store.writing() as tx:
            _keep(tx, MODEL, known.document, self._clock.now())
            self._remember(tx, self._taught[0])

    def _remember(self, tx: Transaction, taught: bytes) -> None:
        note = tx.repositories.learning.get(MODEL)
        self._taught = taught, None if note is None else note.version

    def _is_due(self, tx: Transaction, known: LearningNote | None) -> bool:
        if known is None:
            return bool(tx.repositories.analytics.newest(1))
        return self._clock.now() >= known.updated_at + self._settings.fit_every
