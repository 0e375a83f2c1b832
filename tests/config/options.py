"""Options of two kinds of connectors, as a connector family would declare them."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from config.configuration import Kinds


class ServerOptions(BaseModel):
    """A server that wants a password, and can be written to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    username: str
    password: SecretStr | None = None
    password_file: str | None = None
    password_credential: str | None = None
    password_command: tuple[str, ...] | None = None
    retries: int = Field(default=3, ge=0)


class FolderOptions(BaseModel):
    """A folder."""

    path: Path


class FeedOptions(BaseModel):
    """A feed: read-only, its address is a secret."""

    write: Literal[None] = None
    url: SecretStr | None = None
    url_file: str | None = None
    url_credential: str | None = None
    url_command: tuple[str, ...] | None = Field(default=None, min_length=1)


class MailOptions(BaseModel):
    """Invitations by mail."""

    sender: str = Field(alias="from")


OPTION_TYPES: dict[str, type[BaseModel]] = {
    "server": ServerOptions,
    "folder": FolderOptions,
    "feed": FeedOptions,
    "email": MailOptions,
}
KINDS = Kinds(OPTION_TYPES, frozenset({"email"}))
