"""What a call comes to: a whole answer, or none."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.web.urls import Url
from engine.errors import SourceUnavailableError

LONGEST_MARK = 500
"""Characters of a validator that is sent back."""


class CallFailedError(SourceUnavailableError):
    """No answer came; `sent` says whether the request may have arrived all the same."""

    def __init__(self, what: str, remedy: str = "", *, sent: bool) -> None:
        super().__init__(what, remedy)
        self.sent = sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer; header names in lower case, several of one name joined by commas."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    url: Url = field(repr=False)
    retry_after: int | None = None
    """Seconds for which the server asks to be left alone, at most a day; None where it does not say."""
    tls: str | None = None
    """The version of TLS it came over, like `TLSv1.3`; None = in clear."""

    def mark(self, name: str) -> str:
        """Give an ETag or Last-Modified that can be sent back; one that cannot be is as none."""
        return sendable(self.headers.get(name, ""))


def sendable(mark: str) -> str:
    """Give a validator as it can be sent back: short and of printable ASCII; empty where it is not."""
    text = mark.strip(" \t")
    return text if len(text) <= LONGEST_MARK and text.isascii() and text.isprintable() else ""
