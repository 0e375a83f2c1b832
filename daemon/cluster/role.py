"""What part of the work a daemon does."""

from enum import StrEnum


class Role(StrEnum):
    """`gatherly run --role`: `poll` reads, `book` proposes and books, `web` serves HTTP, `all` does all."""

    ALL = "all"
    POLL = "poll"
    BOOK = "book"
    WEB = "web"

    def does(self, role: "Role") -> bool:
        """Tell whether a daemon of this role does what is another's; what is everybody's is ALL's."""
        return Role.ALL in (self, role) or self is role
