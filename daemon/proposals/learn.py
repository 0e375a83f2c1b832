"""Learn: the model is fitted anew from the log whenever that is due."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import version
from typing import Any, NamedTuple

import structlog

from config.configuration import Configuration
from daemon.proposals.learning_log import MOST_EVENTS, LearningLog, read_on
from engine.documents.evaluations import evaluation_document
from engine.documents.learned_models import model_document
from engine.errors import StaleVersionError
from engine.ids import UserId
from engine.learning.confidence_bins import Bins, bins_document
from engine.learning.evaluation import Evaluation, evaluate
from engine.learning.installation import Forgetting, Teaching, forgetting, model_so_far
from engine.learning.model import LearnedModel
from engine.learning.showing import ended_sessions
from engine.model.learning import COMPARED, CONFIDENCE, EVALUATION, MODEL, LearningNote, forgotten_id
from engine.model.user import User
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock
from engine.time.span import Instant

MOST_EVALUATED = 5_000
"""The newest ended sessions by which policies are compared."""
GROWN = 0.02
"""They are compared again once the log grew by this share."""

Forgotten = Mapping[UserId, Mapping[str, Any]]
"""What people had forgotten, as it is kept."""

_LOG = structlog.get_logger("gatherly")


def silent_people(configuration: Configuration) -> frozenset[UserId]:
    """Give those whose answers teach nothing and rank nothing."""
    users = configuration.settings.users.items()
    return frozenset(UserId(user.id or name) for name, user in users if not user.learn)


def what_is_forgotten(tx: Transaction, users: Mapping[UserId, object], besides: Forgotten) -> Forgetting:
    """Gather what people had forgotten, and what they have forgotten besides."""
    found = {user: note for user in users if (note := tx.repositories.learning.get(forgotten_id(user)))}
    return forgetting({**{user: note.document for user, note in found.items()}, **besides})


def teaching(
    tx: Transaction, users: Mapping[UserId, User], silent: frozenset[UserId], besides: Forgotten | None = None
) -> Teaching:
    """Tell under what answers are counted now, or will be once something is forgotten `besides`."""
    forgot = what_is_forgotten(tx, users, besides or {})
    return Teaching({user.id: user.timezone for user in users.values()}, silent, forgot)


class Fit(NamedTuple):
    """A model, how true its log's confidence was, and the note that it takes the place of."""

    model: LearnedModel
    bins: Bins
    before: LearningNote | None


def fitted_now(store: Store, configuration: Configuration, besides: Forgotten | None = None) -> Fit:
    """Fit the model to the log as it is; the store is only looked at, for others write meanwhile."""
    settings, silent = configuration.settings.learning, silent_people(configuration)
    with store.reading() as tx:
        before, users = tx.repositories.learning.get(MODEL), everybody(tx)
        log = read_on(tx, None, users, teaching(tx, users, silent, besides))
    return Fit(model_so_far(log.so_far, log.teaching, settings.policy), log.so_far.bins, before)


def everybody(tx: Transaction) -> dict[UserId, User]:
    """Give all people by id."""
    return {user.id: user for user in tx.users.all()}


def evaluated_now(store: Store) -> Evaluation:
    """Evaluate every policy on the log as it is."""
    with store.reading() as tx:
        log, users = ended_sessions(tx.repositories.analytics.newest(MOST_EVENTS)), everybody(tx)
    return evaluate([one.logged for one in log], users)


def keep_fit(tx: Transaction, fit: Fit, now: Instant) -> None:
    """Put a model in the place of the one before.

    Raises:
        StaleVersionError: another took its place since: it may know less, for something was forgotten.
    """
    before = fit.before or LearningNote(id=MODEL, document={}, updated_at=now)
    tx.repositories.learning.put(replace(before, document=model_document(fit.model), updated_at=now))
    _keep(tx, CONFIDENCE, {"bins": bins_document(fit.bins)}, now)


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
        """Fit if it is due; tell how many models were fitted. One that others fitted meanwhile stands."""
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
        with suppress(StaleVersionError), self._store.writing() as tx:
            keep_fit(tx, Fit(model, found.so_far.bins, known), self._clock.now())
            if compared is not None:
                _keep(tx, EVALUATION, evaluation_document(compared), self._clock.now())
                _keep(tx, COMPARED, _resting_on(found), self._clock.now())
            self._remember(tx)
            _LOG.info("learning.fitted", sessions=model.sessions, people=len(model.people))
            return 1
        return 0

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
        with suppress(StaleVersionError), self._store.writing() as tx:
            tx.repositories.learning.put(replace(known, updated_at=self._clock.now()))
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
