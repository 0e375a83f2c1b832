"""Requests to Graph with an access token and the preferences that every one of them needs."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from types import MappingProxyType

from connectors.access import Access
from connectors.web.answer import Answer
from connectors.web.dated import DatedHttp

UNAUTHORIZED = 401
PREFER = 'IdType="ImmutableId", outlook.timezone="UTC", outlook.body-content-type="text"'
"""Without the first on every request, an event that moves gets another id (outlook-immutable-id)."""


class GraphHttp:
    """Sends requests with a token; a refused one is exchanged once. Safe to share between threads."""

    def __init__(
        self, http: DatedHttp, access: Access, turn: Callable[[], AbstractContextManager[object]]
    ) -> None:
        self.way_out = http
        self._access = access
        self._turn = turn

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] = MappingProxyType({}),
        prefer: str = "",
        body: bytes = b"",
    ) -> Answer:
        """Send a request.

        Raises:
            SourceExpiredError: there is no grant that works.
            CallFailedError: no answer came.
        """
        preferred = f"{PREFER}, {prefer}" if prefer else PREFER
        sent = {"Accept": "application/json", "Prefer": preferred, **headers}
        if body:
            sent["Content-Type"] = "application/json"
        token = self._access.token()
        with self._turn():
            answer = self._send(method, url, sent, body, token)
            if answer.status == UNAUTHORIZED:
                answer = self._send(method, url, sent, body, self._access.another(token))
        return answer

    def close(self) -> None:
        """Let go of connections."""
        self.way_out.close()

    def _send(self, method: str, url: str, headers: Mapping[str, str], body: bytes, token: str) -> Answer:
        bearer = {**headers, "Authorization": f"Bearer {token}"}
        return self.way_out.request(method, url, headers=bearer, body=body)
