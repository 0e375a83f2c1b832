"""Somebody's consent: a page in their browser with PKCE, a code that they enter elsewhere, or an import.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow and v2-oauth2-device-code
"""

import json
import queue
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.files.plainfile import MEBIBYTE, read_plain_text
from connectors.consent import ConsentRequest, Wanted
from connectors.loopback import PATIENCE, listen_to, listening, read_answer
from connectors.outlook.auth import refusal_of, tokens_of, unfit
from connectors.outlook.login import LoginHttp, app_of
from connectors.outlook.options import OutlookOptions
from connectors.outlook.scopes import lacking, scopes_for
from connectors.web.dated import DatedHttp
from connectors.web.trust import MACHINES
from engine.errors import GatherlyError, InputError
from engine.model.operations import Tokens

PENDING, SLOWER, DECLINED, LATE = (
    "authorization_pending",
    "slow_down",
    "authorization_declined",
    "expired_token",
)
SLOWDOWN = 5
"""Seconds more between two questions, once Microsoft asks for it (RFC 8628)."""


def consent(options: object, asked: ConsentRequest) -> Tokens:
    """Get a grant, from its owner or from a file.

    Raises:
        InputError: the connector needs no consent, or none was given.
    """
    if not isinstance(options, OutlookOptions):
        raise TypeError(f"{type(options).__name__} are not Outlook's options")
    if options.alone:
        raise InputError(f"{asked.name} needs no consent: the app has a secret", "Run gatherly check")
    if asked.imported is not None:
        return _imported(asked.imported, options, asked)
    http = DatedHttp(asked.http(options.allow_private_network, MACHINES))
    try:
        question = _Question(options, asked, http)
        with warnings.catch_warnings():
            # msal would have forms posted to this machine, and measures waiting by a clock of its own
            warnings.simplefilter("ignore", UserWarning)
            told = question.by_device() if asked.device_code else question.in_browser()
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, GatherlyError):
            raise
        found = unfit(error, asked.name)
        raise InputError(found.what, found.remedy) from error
    finally:
        http.close()
    return tokens_given(told, asked)


@dataclass(frozen=True, slots=True)
class _Question:
    """How one person is asked for their consent."""

    options: OutlookOptions
    asked: ConsentRequest
    http: DatedHttp

    @property
    def _scopes(self) -> list[str]:
        return scopes_for(self.options, writes=self.asked.writes)

    def in_browser(self) -> Mapping[str, Any]:
        """Lead to Microsoft's page, and exchange what its answer brings."""
        app = app_of(self.options, self.http)
        say = self.asked.say
        with listening() as (port, answers):
            redirect = f"http://localhost:{port}"
            flow = app.initiate_auth_code_flow(self._scopes, redirect_uri=redirect, prompt="select_account")
            page = LoginHttp(self.http, self.options.authority).as_configured(flow["auth_uri"])
            say(f"Open this page, and allow what it asks for:\n\n  {page}\n")
            say("Without a browser here: paste the address that your browser ends up at, then press Enter;")
            say("or run this again with --device-code.")
            self.asked.open_page(page)
            listen_to(self.asked.stdin, answers)
            try:
                answer = answers.get(timeout=PATIENCE)
            except queue.Empty as error:
                raise InputError("No answer came", "Run gatherly connect again") from error
        code = read_answer(_here(answer), flow["state"], _here(f"{redirect}/"))
        told: Mapping[str, Any] = app.acquire_token_by_auth_code_flow(
            flow, {"code": code, "state": flow["state"]}
        )
        return told

    def by_device(self) -> Mapping[str, Any]:
        """Say where a code is to be entered, and ask until it was, or is too late."""
        app, clock = app_of(self.options, self.http), self.asked.clock
        flow = app.initiate_device_flow(self._scopes)
        if "user_code" not in flow:
            return dict(flow)
        where, code = flow.get("verification_uri"), flow["user_code"]
        self.asked.say(f"Open {where} on any device, and enter the code {code}\n")
        wait, until = int(flow.get("interval", SLOWDOWN)), clock.monotonic() + int(flow["expires_in"])
        while clock.monotonic() < until:
            if clock.wait(wait):
                raise InputError("Nobody waits for the answer any more", "Run gatherly connect again")
            told: Mapping[str, Any] = app.acquire_token_by_device_flow(flow, exit_condition=_once)
            if told.get("error") == SLOWER:
                wait += SLOWDOWN
            elif told.get("error") != PENDING:
                return told
        return {"error": LATE}


def _once(_flow: object) -> bool:
    return True


def _here(address: str) -> str:
    """Give one spelling to this machine: the page leads to `localhost`, as Microsoft's registration asks."""
    return address.replace("//localhost:", "//127.0.0.1:", 1)


def tokens_given(told: Mapping[str, Any], asked: Wanted) -> Tokens:
    """Read what was given.

    Raises:
        InputError: it is no grant that lasts, or lacks something.
    """
    if told.get("error") == DECLINED:
        raise InputError("Consent was not given", "Run gatherly connect again")
    if told.get("error") == LATE:
        raise InputError("The code was not entered in time", "Run gatherly connect again")
    if not told.get("access_token"):
        refused = refusal_of(told, asked.name)
        raise InputError(refused.what, refused.remedy)
    tokens = tokens_of(told, asked.now)
    if not tokens.refresh_token:
        raise InputError("Microsoft gave no refresh token", "Allow the app offline access, and connect again")
    missing = lacking(tokens.scope, writes=asked.writes) if tokens.scope else []
    if missing:
        raise InputError(
            f"Not all that is needed was allowed: {', '.join(missing)}", "Connect again, and accept all of it"
        )
    return tokens


def _imported(path: Path, options: OutlookOptions, asked: ConsentRequest) -> Tokens:
    """Read a grant that was given elsewhere; the configuration's app and tenant hold, not the file's."""
    try:
        found = json.loads(read_plain_text(path, MEBIBYTE))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", "Give the path of the file") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} holds no JSON: {error}", "Export the grant again") from error
    if not isinstance(found, dict) or not isinstance(found.get("refresh_token"), str):
        raise InputError(f"{path} holds no refresh token", "Export the grant with offline access")
    if not found["refresh_token"]:
        raise InputError(f"{path} holds no refresh token", "Export the grant with offline access")
    if found.get("client_id") not in (None, options.client_id):
        asked.say(f"{path} was granted to another app than client_id names; Microsoft may refuse it")
    return Tokens(access_token="", expires_at=asked.now, refresh_token=found["refresh_token"])
