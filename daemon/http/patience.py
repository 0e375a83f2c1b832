"""How a connection is waited for: who sends slowly keeps nobody out, and nothing wakes a server at rest."""

import asyncio
from email.utils import formatdate

from uvicorn.protocols.http.h11_impl import H11Protocol

from daemon.runtime.clock import SystemClock

SECONDS_TO_ASK = 30.0
"""For a request's head, and again for its body."""


class PatientProtocol(H11Protocol):
    """Hangs up on whoever has not sent the whole head of a request in time, the first or a later one."""

    seconds_to_ask = SECONDS_TO_ASK
    _hangs_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        """Wait for the first request."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take what was sent, as of now; wait again where it is a part."""
        date = formatdate(SystemClock().now(), usegmt=True)
        self.server_state.default_headers = [(b"date", date.encode())]
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._cease()
        super().connection_lost(exc)

    def _watch(self) -> None:
        if self._is_answering():
            self._cease()
        elif self._hangs_up is None:
            self._hangs_up = self.loop.call_later(self.seconds_to_ask, self._hang_up)

    def _cease(self) -> None:
        if self._hangs_up is not None:
            self._hangs_up.cancel()
            self._hangs_up = None

    def _hang_up(self) -> None:
        self._hangs_up = None
        if not self._is_answering():
            self.transport.close()

    def _is_answering(self) -> bool:
        return bool(self.cycle) and not self.cycle.response_complete
