"""Who may be a guest: somebody from outside who takes part by mail alone."""

from typing import Annotated, Literal

from pydantic import Field

from config.table import Table

Domain = Annotated[str, Field(pattern=r"^[^\s@/A-Z.-][^\s@/A-Z]*\.[^\s@/A-Z]+$", max_length=253)]


class GuestSettings(Table):
    """`[guests]`: people from outside in sessions."""

    allowed: Literal["nobody", "everybody"] | Annotated[tuple[Domain, ...], Field(min_length=1)] = "nobody"
    """Who may be asked: nobody, everybody, or whose address is at one of these domains."""
    mails_per_day: int = Field(default=20, ge=1, le=10_000)
    """How many mails that ask and invite guests one host may cause in 24 hours."""

    @property
    def domains(self) -> frozenset[str] | None:
        """The domains whose people may be guests; None = all."""
        if self.allowed == "everybody":
            return None
        return frozenset() if self.allowed == "nobody" else frozenset(self.allowed)
