"""How messages are read: by the grammar alone, or with a language model that is asked where it is unsure."""

import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from config.table import Table
from config.values import refuse


class LlmSettings(Table):
    """`[messages] llm`: a language model at an OpenAI-compatible address."""

    url: str = Field(pattern=r"^https?://[^\s/?#@]+(?:/[^\s?#]*)?$", max_length=2048)
    """Where its API begins, like `https://api.example.com/v1`."""
    model: str = Field(min_length=1, max_length=200)
    """As its server calls it."""
    key: SecretStr | None = None
    """What lets gatherly in, where the server asks; or one of the three that follow."""
    key_file: Path | None = None
    key_credential: str | None = None
    key_command: tuple[str, ...] | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _sound(self) -> "LlmSettings":
        given = [key for key in _KEYS if getattr(self, key) is not None]
        if len(given) > 1:
            refuse(f"{' and '.join(given)} are given", f"keep one of {', '.join(_KEYS)}")
        if self.url.startswith("http://") and not _is_near(urlsplit(self.url).hostname or ""):
            refuse(
                "url goes without TLS to what may be anywhere",
                "write https://; http:// is for this machine and private networks",
            )
        return self


_KEYS = ("key", "key_file", "key_credential", "key_command")
_NEAR = (".localhost", ".local", ".internal", ".lan", ".home.arpa")


def _is_near(host: str) -> bool:
    """Say whether a host is this machine, or one of a private network by its address or its name."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host or host.lower().endswith(_NEAR)


class MessagesSettings(Table):
    """`[messages]`: how what people write is read."""

    llm: LlmSettings | None = None
    """A language model that is asked where the grammar is unsure; absent = none is."""
