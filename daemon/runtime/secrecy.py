"""What this process knows to be secret, and texts made fit to be shown, kept or logged."""

from daemon.runtime.traces import told
from engine.text.masking import Masks
from engine.text.plain_text import LONGEST_LINE, one_line

SECRETS = Masks()
"""The secrets that this process has seen: a process has one standard error, and one list for it."""


def masked(text: str) -> str:
    """Take out of a text what is secret, by its value and by its look."""
    return SECRETS.masked(text)


def safe_line(text: str, longest: int = LONGEST_LINE) -> str:
    """Give a text as it may be shown, kept or logged: one line, no secrets, no control characters."""
    return one_line(masked(one_line(masked(text), 16 * longest)), longest)


def safe_trace(error: BaseException) -> str:
    """Give an error with its places, as it may be logged; masked before anything could be cut."""
    return "\n".join(masked(line) for line in told(error, masked))
