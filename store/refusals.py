"""The words for what a store refuses, the same on every store."""

from engine.errors import HoldRefusedError, StaleVersionError, StoreError
from engine.model.booking import Effect, Hold
from engine.time.instant import format_instant


def stale(what: str, name: str) -> StaleVersionError:
    """Say that a row is not the version that a change was based on."""
    return StaleVersionError(f"{what} {name} was changed since it was read", "Read it again and decide anew")


def hold_refused(hold: Hold) -> HoldRefusedError:
    """Say that somebody's time is taken by another session."""
    when = f"{format_instant(hold.span.start)} to {format_instant(hold.span.end)}"
    return HoldRefusedError(f"{hold.person} is already held or booked from {when}", "Propose another time")


def planned_twice(effect: Effect) -> StoreError:
    """Say that an attendee has an effect of that epoch already."""
    return StoreError(
        f"Session {effect.session} has an effect for {effect.attendee} in epoch {effect.epoch} already",
        "Begin a new epoch, or record the effect that is there",
    )


def only_reading() -> StoreError:
    """Say that a transaction that only reads was asked to change something."""
    return StoreError("This transaction only reads", "Open one with writing()")


def nested() -> StoreError:
    """Say that a thread that is writing began to write once more."""
    return StoreError("This thread is already writing", "Pass the open transaction on")
