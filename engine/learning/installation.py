"""An installation's own log made into its model: what is forgotten left out, its confidence calibrated."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import NamedTuple

from engine.ids import UserId
from engine.learning.calibration import line
from engine.learning.confidence_bins import NO_BINS, Bins, with_answered
from engine.learning.counting import Counted, counted, joined
from engine.learning.examples import Forgotten
from engine.learning.features import Feature
from engine.learning.fit import fit_counted
from engine.learning.lessons import Lesson, Logged, lesson_of
from engine.learning.model import Calibration, LearnedModel
from engine.learning.policy import Policy
from engine.learning.showing import Ended, scored
from engine.time.instant import parse_instant
from engine.time.span import Instant

CALIBRATED_FROM = 200
"""Answered sessions from which an installation's confidence is its own."""
BLOCK = 500


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What people had forgotten: everything before a moment, and single lessons before others."""

    everything: Mapping[UserId, Instant] = field(default_factory=dict)
    lessons: Forgotten = field(default_factory=dict)


def forgetting(documents: Mapping[UserId, Mapping[str, object]]) -> Forgetting:
    """Read what is kept of it by person."""
    everything, lessons = {}, {}
    for user, document in documents.items():
        since, buckets = document.get("since"), document.get("lessons")
        if isinstance(since, str):
            everything[user] = parse_instant(since)
        if isinstance(buckets, Mapping):
            lessons[user] = {
                (Feature(name), bucket): parse_instant(at)
                for key, at in buckets.items()
                for name, _, bucket in (key.partition(":"),)
            }
    return Forgetting(everything, lessons)


class Teaching(NamedTuple):
    """Under what answers are counted: everybody's zone, who teaches nothing, and what is forgotten."""

    zones: Mapping[UserId, str]
    silent: frozenset[UserId]
    forgot: Forgetting


class SoFar(NamedTuple):
    """What a log has taught so far, to be added to as sessions end.

    `lessons` are in blocks of `BLOCK`, so that one more does not move all of them. `scores` is how often what
    was shown with a score was taken or left, in the `answered` sessions; `bins` the same by its confidence.
    """

    counted: Counted
    lessons: tuple[tuple[Lesson, ...], ...]
    answered: int
    scores: Mapping[tuple[float, bool], int]
    bins: Bins


def nothing_so_far() -> SoFar:
    """Begin a log."""
    return SoFar(counted((), {}), (), 0, {}, NO_BINS)


def with_ends(before: SoFar, ends: Iterable[Ended], teaching: Teaching) -> SoFar:
    """Add sessions that ended: the same, to the last bit, as learning from all of them at once.

    It takes as long as what ended takes, however long the log is.
    """
    log = list(ends)
    zones, silent, forgot = teaching
    kept = (without_forgotten(one.logged, forgot) for one in log)
    lessons = [lesson for one in kept if (lesson := lesson_of(one)) is not None]
    answered = [one.event for one in log if one.logged.answered]
    scores = Counter(before.scores)
    scores.update((score / 10, taken) for event in answered for score, _, taken in scored(event))
    return SoFar(
        joined(before.counted, counted(lessons, zones, silent, forgot.lessons)),
        _with_blocks(before.lessons, lessons),
        before.answered + len(answered),
        scores,
        with_answered(before.bins, answered),
    )


def _with_blocks(
    before: tuple[tuple[Lesson, ...], ...], more: Sequence[Lesson]
) -> tuple[tuple[Lesson, ...], ...]:
    full = before[:-1] if before and len(before[-1]) < BLOCK else before
    rest = [*(lesson for block in before[len(full) :] for lesson in block), *more]
    return (*full, *(tuple(rest[first : first + BLOCK]) for first in range(0, len(rest), BLOCK)))


def model_so_far(known: SoFar, teaching: Teaching, policy: Policy) -> LearnedModel:
    """Fit the model to what was learned; its confidence is calibrated where enough was answered."""
    zones, silent, forgot = teaching
    model = fit_counted(
        known.counted,
        chain.from_iterable(known.lessons),
        zones,
        policy=policy,
        silent=silent,
        forgotten=forgot.lessons,
    )
    if known.answered < CALIBRATED_FROM:
        return model
    return replace(model, calibration=Calibration(*line(known.scores), known.answered))


def without_forgotten(logged: Logged, forgot: Forgetting) -> Logged:
    """Take those out of a session who had everything before it forgotten; the host counts as nobody then."""

    def stays(user: UserId) -> bool:
        return logged.created >= forgot.everything.get(user, logged.created)

    people = [user for user in logged.required if stays(user)]
    if len(people) == len(logged.required) and all(map(stays, logged.optional)):
        return logged
    optional = tuple(user for user in logged.optional if stays(user))
    host, *invitees = people or [NOBODY]
    return replace(logged, host=host, invitees=tuple(invitees), optional=optional)


NOBODY = UserId("")
"""Stands for who has left a session of the log; never in a model, for nobody is shown anything as them."""
