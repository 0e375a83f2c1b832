"""What calendars may tell about people, and how much of them is kept."""

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from config.table import Table
from config.values import refuse


class PrivacySettings(Table):
    """`[privacy]`: how much of calendars is kept."""

    keep: Literal["titles", "busy"] = "titles"
    """`busy` keeps no use of titles: nothing is derived of who meets whom."""


class EmbedderSettings(Table):
    """`[relations] embedder = { url, model, key_file }`: an address that gives embeddings as OpenAI does."""

    url: str = Field(pattern=r"^https?://[^?#\s@]+$", max_length=2048)
    """The base before `/embeddings`."""
    model: str = Field(min_length=1, max_length=255)
    key_file: Path | None = None
    """Holds the key that it asks for; absent = it asks for none."""
    allow_private_network: bool = False
    """Whether it may be at a private address, such as on this machine."""

    @property
    def is_open(self) -> bool:
        """Whether what is sent could be read on the way, over networks that are not one's own."""
        return self.url.startswith("http://") and not self.allow_private_network


class RelationsSettings(Table):
    """`[relations]`: contacts, and what meetings tell of them. Off unless somebody switches it on."""

    enabled: bool = False
    min_events: int = Field(default=2, ge=1, le=1000)
    """Meetings together before somebody becomes a contact."""
    going_cold: float = Field(default=2.0, ge=1.0, le=100.0)
    """How long a silence is told of, in multiples of the pair's own rhythm."""
    embedder: Literal["local", "none"] | EmbedderSettings = "local"
    """What finds by meaning; `check` says which it is.

    `local` is the model of the extra `relations`, on this machine; `none` searches by words alone; a table is
    an address of OpenAI's kind, to which titles of meetings and notes on contacts go."""

    @model_validator(mode="after")
    def _reachable(self) -> "RelationsSettings":
        one = self.embedder
        if isinstance(one, EmbedderSettings) and one.is_open:
            refuse("titles would go out in clear", "begin url with https://, or set allow_private_network")
        return self
