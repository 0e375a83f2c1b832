"""The language model of `[messages] llm`, asked over the guarded way out; what it answers is only a text."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from config.configuration import Configuration
from config.messages import LlmSettings
from config.secrets import SecretPlaces, resolve_secret
from connectors.web.http import Http
from daemon.runtime.secrecy import SECRETS
from engine.errors import InputError, SourceUnavailableError, WriteRefusedError
from engine.ports.world import Clock
from engine.understand.second_question import INSTRUCTIONS

SECONDS = 20.0
"""Within which a whole answer has to be there."""
LARGEST = 256 * 1024
_CHAT = "/chat/completions"
_NOT_NOW = frozenset({408, 409, 425, 429})

Model = Callable[[str], str]
"""Gives a model's answer to a question; raises a `SourceError` where none came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageModel:
    """Asks one model at an OpenAI-compatible address. The operator names it, so it may be near."""

    settings: LlmSettings
    places: SecretPlaces
    clock: Clock
    seconds: float = SECONDS

    def __call__(self, question: str) -> str:
        """Ask; gives the text of the answer.

        Raises:
            WriteRefusedError: it says no for good, such as to the key.
            SourceError: no answer came, or none that can be read.
        """
        turns = ({"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": question})
        body = json.dumps({"model": self.settings.model, "messages": turns, "stream": False}).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json", **self._login()}
        http = Http(self.clock, allow_private=True)
        try:
            answer = http.request(
                "POST", self._address(), headers=headers, body=body, seconds=self.seconds, limit=LARGEST
            )
        finally:
            http.close()
        if answer.status != 200:
            raise _refused(answer.status, answer.retry_after)
        return _content(answer.body)

    def try_out(self) -> tuple[str, ...]:
        """Ask which models there are; gives what should be looked at although it may work.

        Raises:
            SourceError: it cannot be reached, or does not let gatherly in.
        """
        http = Http(self.clock, allow_private=True)
        try:
            address = f"{self._address().removesuffix(_CHAT)}/models"
            answer = http.request("GET", address, headers=self._login(), limit=LARGEST, seconds=self.seconds)
        finally:
            http.close()
        if answer.status in (401, 403) or answer.status >= 500:
            raise _refused(answer.status, answer.retry_after)
        known = _models(answer.body) if answer.status == 200 else frozenset({self.settings.model})
        missing = f"its server lists no model {self.settings.model!r}"
        return () if self.settings.model in known else (missing,)

    def _address(self) -> str:
        url = self.settings.url.rstrip("/")
        return url if url.endswith(_CHAT) else url + _CHAT

    def _login(self) -> dict[str, str]:
        try:
            key = resolve_secret(self.settings, "key", self.places)
        except InputError as error:
            raise SourceUnavailableError(f"messages.llm: {error.what}", error.remedy) from error
        if key is None:
            return {}
        SECRETS.add(key)
        return {"Authorization": f"Bearer {key}"}


def model_of(configuration: Configuration, clock: Clock) -> LanguageModel | None:
    """Give the model that is asked where the grammar is unsure; None where none is set up."""
    settings = configuration.settings.messages.llm
    if settings is None:
        return None
    places = SecretPlaces.of(configuration.file, os.environ)
    return LanguageModel(settings=settings, places=places, clock=clock)


def _refused(status: int, retry_after: int | None) -> WriteRefusedError | SourceUnavailableError:
    what = f"messages.llm: the language model's server answered {status}"
    if 300 <= status < 500 and status not in _NOT_NOW:
        return WriteRefusedError(what, "Look at url, model and key_file of [messages] llm")
    return SourceUnavailableError(what, "It is asked again", retry_after=retry_after)


def _models(body: bytes) -> frozenset[str]:
    try:
        return frozenset(str(one["id"]) for one in json.loads(body)["data"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return frozenset()


def _content(body: bytes) -> str:
    """Take the text out of an answer; whatever else it is made of is nothing to us."""
    try:
        found: Any = json.loads(body)
        content = found["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise WriteRefusedError(
            "messages.llm: the answer is no chat completion", "Look at url: it is where the API begins"
        ) from error
    if not isinstance(content, str):
        raise WriteRefusedError("messages.llm: the answer holds no text", "Look at the model")
    return content
