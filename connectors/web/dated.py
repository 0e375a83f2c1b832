"""The guarded way out, which remembers what a provider's answers tell besides: its clock, and its TLS."""

from collections.abc import Mapping

from connectors.web.answer import Answer
from connectors.web.http import Http
from connectors.web.retry_after import http_date
from engine.time.span import Instant


class DatedHttp:
    """Sends requests to one provider; safe to share between threads."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._date: str | None = None
        self._tls: str | None = None

    def request(self, method: str, url: str, *, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send a request; see `Http.request`."""
        answer = self._http.request(method, url, headers=headers, body=body)
        self._date, self._tls = answer.headers.get("date", self._date), answer.tls
        return answer

    def skew(self, now: Instant) -> int | None:
        """Tell by how many seconds this machine's clock is ahead of theirs; None before any answer."""
        theirs = http_date(self._date or "")
        return None if theirs is None else now - theirs

    @property
    def tls(self) -> str | None:
        """Tell the version of TLS that the last answer came over."""
        return self._tls

    def close(self) -> None:
        """Let go of connections."""
        self._http.close()
