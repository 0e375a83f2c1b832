"""What every answer shares: its type makes the description (`/openapi.json`); programs may meet more keys."""

from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

T = TypeVar("T")
Time = str
"""RFC 3339, in UTC, with `Z`."""


class Document(BaseModel):
    """A JSON object; later releases may add keys."""

    model_config = ConfigDict(extra="allow")


class Page(Document, Generic[T]):
    """A list: `next` is the cursor of what follows, null at its end."""

    items: list[T]
    next: str | None


def answers(model: Any, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """Describe what a route answers, for its `responses`; the answer itself is written as it is."""
    return {status: {"model": model}}
