"""What is kept of learning beside the log: the fitted model, what a session was shown, what is forgotten."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.ids import SessionId, UserId
from engine.time.span import Instant

MODEL = "model"
"""The id of the fitted model."""
EVALUATION = "evaluation"
"""The id of what each policy would have come to, told whenever the model is fitted."""
COMPARED = "compared"
"""The id of what the evaluation rests on: another process goes on from it."""
CONFIDENCE = "confidence"
"""The id of how true the confidence was, told whenever the model is fitted."""
HABITS = "learned_habits"
"""The code of the reason that tells what somebody's lessons come to for a time."""
_NAMESPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")
"""RFC 9562's namespace of URLs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningNote:
    """One document by its id: `model`, what is told with it, what a session was shown, what is forgotten."""

    id: str
    document: Mapping[str, Any]
    updated_at: Instant
    version: int = 0


def shown_id(session: SessionId) -> str:
    """Name what a session was shown."""
    return f"shown/{uuid.uuid5(_NAMESPACE, f'gatherly/shown/{session}')}"


def forgotten_id(user: UserId) -> str:
    """Name what somebody had forgotten."""
    return f"forgotten/{uuid.uuid5(_NAMESPACE, f'gatherly/forgotten/{user}')}"
