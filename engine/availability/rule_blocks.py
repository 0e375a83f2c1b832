"""F0's AvailabilityBlocks that follow from somebody's hours, rules and preferences: computed, not stored."""

from collections.abc import Iterable, Iterator

from engine.availability.evidence import AvailabilityBlock, BlockSource
from engine.model.constraint import BlockedWindow, Constraint, ConstraintLevel, CustomRule, PreferredWindow
from engine.model.user import User
from engine.rules.custom import forbidden
from engine.rules.hours import open_hours
from engine.rules.preferences import preference_constraints
from engine.time.intervals import gaps, united
from engine.time.local_time import daily_windows, local_time
from engine.time.span import DAY, Span


def rule_blocks(user: User, rules: Iterable[Constraint], window: Span) -> list[AvailabilityBlock]:
    """Give the blocks of a window, by start.

    Time outside the working hours, inside a hard blocked window or forbidden by a package's hard rule is busy
    (source constraint); a preferred window is not busy, only preferred (source preference), whatever its
    level.
    """
    in_force = (*(rule for rule in rules if rule.applies_to(user.id)), *preference_constraints(user))
    found = [*_outside_hours(user, window)]
    for rule in in_force:
        found.extend(_windows(user, rule, window))
    return sorted(found, key=lambda block: (block.start, block.end, block.source))


def _outside_hours(user: User, window: Span) -> Iterator[AvailabilityBlock]:
    hours = open_hours(user, (window.start // DAY, window.end // DAY + 1))
    for start, end in () if hours is None else gaps(hours, (window.start, window.end)):
        yield _block(user, Span(start, end), BlockSource.CONSTRAINT, ("rule", "working_hours"))


def _windows(user: User, rule: Constraint, window: Span) -> Iterator[AvailabilityBlock]:
    told: tuple[str, str | bool]
    match rule.rule:
        case PreferredWindow(start, end, days):
            source, told = BlockSource.PREFERENCE, ("preferredTime", True)
        case BlockedWindow(start, end, days) if rule.level is ConstraintLevel.HARD:
            source, told = BlockSource.CONSTRAINT, ("rule", rule.name)
        case CustomRule() if rule.level is ConstraintLevel.HARD:
            for opens, closes in forbidden(rule.rule, window, user.timezone):
                yield _block(user, Span(opens, closes), BlockSource.CONSTRAINT, ("rule", rule.name))
            return
        case _:
            return
    windows = daily_windows(local_time(user.timezone, window), window, start, end, days)
    for opens, closes in united((one.start, one.end) for one in windows):
        part = Span(opens, closes).clip(window)
        if part is not None:
            yield _block(user, part, source, told)


def _block(user: User, span: Span, source: BlockSource, told: tuple[str, str | bool]) -> AvailabilityBlock:
    return AvailabilityBlock(
        user_id=user.id,
        start=span.start,
        end=span.end,
        source=source,
        is_busy=source is BlockSource.CONSTRAINT,
        metadata=dict([told]),
    )
