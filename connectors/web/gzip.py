"""Bodies unpacked as they come, never beyond a limit: what counts is the size after decompression."""

import zlib
from collections.abc import Callable

from connectors.sandbox.room import LARGE
from engine.errors import SourceIncompleteError

PIECE = 64 * 1024
GZIP = 16 + zlib.MAX_WBITS
IDENTITY = frozenset({"", "identity"})
SPARE = 64 * 1024


class TooLargeError(SourceIncompleteError):
    """An answer is larger than the limit: asking for less may help."""


class Decoder:
    """Takes a body in pieces; gzip or nothing, as we ask for. `on_large` is called once one is large."""

    def __init__(
        self, encoding: str, limit: int, place: str, on_large: Callable[[], None] = lambda: None
    ) -> None:
        self._on_large = on_large
        self._limit = limit
        self._place = place
        self._parts: list[bytes] = []
        self._size = self._packed = 0
        name = encoding.strip().lower()
        if name not in IDENTITY | {"gzip", "x-gzip"}:
            raise SourceIncompleteError(
                f"{place} answered packed as {encoding[:40]!r}, which was not asked for"
            )
        self._gzip = None if name in IDENTITY else zlib.decompressobj(GZIP)

    def feed(self, piece: bytes) -> None:
        """Take the next piece.

        Raises:
            TooLargeError: more than the limit.
            SourceIncompleteError: not gzip after all.
        """
        self._packed += len(piece)
        if self._packed > self._limit + SPARE:
            raise self._too_large()
        if self._gzip is None:
            self._take(piece)
            return
        try:
            self._unpack(piece)
        except zlib.error as error:
            raise SourceIncompleteError(f"{self._place} answered with broken gzip: {error}") from error

    def finish(self) -> bytes:
        """Give the whole body.

        Raises:
            SourceIncompleteError: the gzip stream was cut short.
        """
        if self._gzip is not None and self._packed and not self._gzip.eof:
            raise SourceIncompleteError(f"{self._place} answered with gzip that is cut short")
        return b"".join(self._parts)

    def _unpack(self, piece: bytes) -> None:
        assert self._gzip is not None  # noqa: S101 - only called for gzip
        full = False
        while piece or full:
            if self._gzip.eof:
                self._gzip = zlib.decompressobj(GZIP)
            unpacked = self._gzip.decompress(piece, PIECE)
            self._take(unpacked)
            piece = self._gzip.unused_data if self._gzip.eof else self._gzip.unconsumed_tail
            full = len(unpacked) == PIECE and not self._gzip.eof

    def _take(self, piece: bytes) -> None:
        before = self._size
        self._size += len(piece)
        if self._size > self._limit:
            raise self._too_large()
        if before <= LARGE < self._size:
            self._on_large()
        self._parts.append(piece)

    def _too_large(self) -> TooLargeError:
        return TooLargeError(
            f"{self._place} answered with more than {self._limit // (1024 * 1024)} MiB",
            "Publish a shorter stretch of the calendar",
        )
