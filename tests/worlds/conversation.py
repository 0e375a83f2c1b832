"""What people and apps are told in a conversation, apart from what gatherly says that it did."""

from collections.abc import Iterable

DONE = ("Proposed:", "Booked:", "Moved:", "Reopened:", "Cancelled")
"""How lines of what was done begin (`engine.booking.session_words`)."""


def besides_what_was_done(said: Iterable[str]) -> list[str]:
    """Leave what somebody is told of: what was refused, or could not be booked."""
    return [words for words in said if not words.startswith(DONE)]
