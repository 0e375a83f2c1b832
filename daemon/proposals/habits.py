"""What was learned, at work: the model that ranks, what is drawn by chance, and what was shown."""

from dataclasses import replace

import structlog

from config.settings import LearningSettings
from engine.documents.learned_models import parse_model
from engine.errors import InputError
from engine.find.answer import FindAnswer
from engine.find.person import People
from engine.find.request import FindRequest
from engine.ids import UserId
from engine.learning.exploration import OPTIONS, Drawn, draw
from engine.learning.model import LearnedModel
from engine.learning.policy import Policy
from engine.learning.ranking import LearnedRanking
from engine.learning.showing import shown_document
from engine.model.learning import MODEL, LearningNote, shown_id
from engine.model.session import EventSession
from engine.ports.store import Transaction
from engine.ports.world import Randomness
from engine.time.local_time import local_time
from engine.time.span import Instant

_LOG = structlog.get_logger("gatherly")
_FIXED = "fixed"


class Habits:
    """Ranks by the model that the store holds; what cannot be read ranks nothing, and is said once.

    The habits of who is `silent` now rank nothing, whoever was when the model was fitted.
    """

    def __init__(
        self, settings: LearningSettings, randomness: Randomness, silent: frozenset[UserId] = frozenset()
    ) -> None:
        self._settings = settings
        self._randomness = randomness
        self._silent = silent
        self._known: tuple[int, LearnedRanking] | None = None

    def ranking(self, tx: Transaction) -> LearnedRanking:
        """Give what ranks now."""
        if not self._settings.enabled or self._settings.policy is Policy.FIXED:
            return LearnedRanking(LearnedModel())
        note = tx.repositories.learning.get(MODEL)
        if note is None:
            return LearnedRanking(LearnedModel())
        if self._known is None or self._known[0] != note.version:
            model = _read(note)
            heard = replace(model, silent=model.silent | self._silent)  # it may have been fitted before
            self._known = note.version, LearnedRanking(heard, discreet=True)
        return self._known[1]

    def asking(self, request: FindRequest, ranking: LearnedRanking) -> FindRequest:
        """Give the request as it is searched: by what was learned, and with more times to draw among."""
        limit = request.limit + OPTIONS - 1 if self._explores(ranking) else request.limit
        return replace(request, ranking=ranking, limit=limit)

    def drawn(self, request: FindRequest, ranking: LearnedRanking, answer: FindAnswer) -> Drawn:
        """Choose what is shown of what was found."""
        explore = self._settings.explore if self._explores(ranking) else 0.0
        host = local_time(request.host.timezone, request.window)
        chance = self._randomness.fraction() if explore else 0.0
        return draw(answer.proposed, request.limit, host, explore, chance)

    def _explores(self, ranking: LearnedRanking) -> bool:
        return self._settings.explore > 0 and not ranking.model.empty

    def write_down(
        self,
        tx: Transaction,
        session: EventSession,
        drawn: Drawn,
        people: People,
        ranking: LearnedRanking,
        now: Instant,
    ) -> None:
        """Keep what is shown until the session's end tells what came of it."""
        learned = not ranking.model.empty and not session.fresh
        document = shown_document(
            session,
            drawn,
            people,
            policy=self._settings.policy.value if learned else _FIXED,
            version=str(ranking.model.fitted) if learned else "1",
            now=now,
        )
        id_ = shown_id(session.id)
        note = tx.repositories.learning.get(id_) or LearningNote(id=id_, document={}, updated_at=now)
        lists = [*note.document.get("lists", ()), document]
        tx.repositories.learning.put(replace(note, document={"lists": lists}, updated_at=now))


def _read(note: LearningNote) -> LearnedModel:
    try:
        return parse_model(note.document)
    except InputError as error:
        _LOG.warning("learning.refused", error=str(error))
        return LearnedModel()
