"""msal on the guarded way out: it reaches the configured authority, and nothing else.

msal takes no authority over plain http, nor places that its configuration names there. Where one is
configured, it is told of https, and what it sends there goes to plain http.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msal

from connectors.outlook.options import OutlookOptions
from connectors.web.answer import Answer
from connectors.web.dated import DatedHttp
from connectors.web.urls import HTTP, BadAddressError, read_url
from engine.errors import SourceUnavailableError

OURS = frozenset({"content-length", "user-agent", "accept-encoding", "host", "connection"})
"""Headers that the guarded way out writes itself."""
LONGEST_ANSWER = 1 << 17
MOST_NESTED = 500


class LoginAnswer:
    """An answer as msal reads it."""

    def __init__(self, answer: Answer, plain: str = "") -> None:
        self.status_code = answer.status
        self.headers = dict(answer.headers)
        told = answer.body.decode("utf-8", "replace")
        self.text = told.replace(f"http://{plain}/", f"https://{plain}/") if plain else told

    def raise_for_status(self) -> None:
        """Refuse an answer that is no success."""
        if self.status_code >= 400:
            raise SourceUnavailableError(f"Microsoft's login answered {self.status_code}")


class LoginHttp:
    """What msal takes for an HTTP client.

    Answers that say "later", and whatever is not the login's, raise at once.
    """

    def __init__(self, http: DatedHttp, authority: str) -> None:
        self._http = http
        self._place = read_url(authority).origin

    def get(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> LoginAnswer:
        """Ask."""
        target = f"{url}?{urlencode(params)}" if params else url
        plain = self._place.netloc if self._place.scheme == HTTP else ""
        return LoginAnswer(self._sent("GET", target, headers, b""), plain)

    def post(
        self,
        url: str,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> LoginAnswer:
        """Send a form."""
        target = f"{url}?{urlencode(params)}" if params else url
        form = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return LoginAnswer(self._sent("POST", target, form, urlencode(data or {}).encode()))

    def close(self) -> None:
        """Leave connections to whoever opened them."""

    def _sent(self, method: str, url: str, headers: Mapping[str, str] | None, body: bytes) -> Answer:
        kept = {name: str(value) for name, value in (headers or {}).items() if name.lower() not in OURS}
        answer = self._http.request(method, self.as_configured(url), headers=kept, body=body)
        if answer.status >= 500 or answer.status == 429:
            raise SourceUnavailableError(
                f"Microsoft's login answered {answer.status}",
                "Trying again may help",
                retry_after=answer.retry_after,
            )
        return _read(answer)

    def as_configured(self, url: str) -> str:
        """Give an address as it is configured: over plain http where the authority is.

        Raises:
            SourceUnavailableError: it is another host's.
        """
        try:
            target = read_url(url)
        except BadAddressError as error:
            raise SourceUnavailableError(
                "Microsoft's login leads to what is no address", "Check authority"
            ) from error
        if (target.origin.host, target.origin.port) != (self._place.host, self._place.port):
            raise SourceUnavailableError(
                f"Microsoft's login leads to another host, {target.origin.host}", "Check authority and tenant"
            )
        return f"{self._place.scheme}://{self._place.netloc}{target.target}"


def app_of(options: OutlookOptions, http: DatedHttp, secret: str | None = None) -> Any:
    """Make msal's app: a public one, or with a secret one that acts by itself.

    Raises:
        ValueError: the tenant's configuration cannot be had.
        SourceUnavailableError: the login does not answer.
    """
    place = read_url(options.authority).origin
    known: dict[str, Any] = {
        "authority": f"https://{place.host}:{place.port}/{options.tenant}",
        "http_client": LoginHttp(http, options.authority),
        "instance_discovery": False,
    }
    if secret is not None:
        return msal.ConfidentialClientApplication(options.client_id, client_credential=secret, **known)
    return msal.PublicClientApplication(options.client_id, **known)


def _read(answer: Answer) -> Answer:
    """Let only what can be the login's answer be read in this process.

    Raises:
        SourceUnavailableError: something else answers in its place.
    """
    nested = answer.body[:LONGEST_ANSWER].count(b"{") + answer.body[:LONGEST_ANSWER].count(b"[")
    try:
        fits = len(answer.body) <= LONGEST_ANSWER and nested <= MOST_NESTED
        told = json.loads(answer.body) if fits else None
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise SourceUnavailableError(
            f"Microsoft's login answered {answer.status} with what cannot be read",
            "Check authority, and what stands between",
        )
    return answer
