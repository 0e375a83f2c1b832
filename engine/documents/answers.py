"""The answer document of `gatherly find`."""

from typing import Any

from engine.documents.slots import slot_document
from engine.find.answer import Failure, FindAnswer
from engine.time.instant import format_instant


def answer_document(answer: FindAnswer, *, all_starts: bool = False) -> dict[str, Any]:
    """Write an answer; `starts` only where all candidates were asked for."""
    document: dict[str, Any] = {
        "status": answer.status.value,
        "proposedTimes": [slot_document(slot) for slot in answer.proposed],
    }
    if all_starts:
        document["starts"] = [format_instant(start) for start in answer.starts]
    document["failure"] = None if answer.failure is None else failure_document(answer.failure)
    return document


def failure_document(failure: Failure) -> dict[str, Any]:
    """Write why nothing was found, and what would help."""
    return {
        "failureReason": failure.reason,
        "suggestions": list(failure.suggestions),
        "blockers": [
            {"code": blocker.code.value, "user": blocker.user, "share": blocker.share}
            for blocker in failure.blockers
        ],
        "relaxations": [
            {
                "change": relaxation.change,
                "code": relaxation.code,
                "slots": relaxation.slots,
                "first": format_instant(relaxation.first),
            }
            for relaxation in failure.relaxations
        ],
    }
