"""The errors gatherly raises: few, each told in one line with its remedy."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.text.plain_text import LONGEST_LINE, one_line
from engine.time.span import Instant

_LONGEST_REMEDY = 300


class GatherlyError(Exception):
    """Anything gatherly can say about what went wrong: what, to whom, and what to do about it.

    Whoever's words it repeats, it is one line of at most 1,000 characters, none of them a control character.
    `unforeseen` marks what was made of an error that nobody has listed.
    """

    unforeseen = False

    def __init__(self, what: str, remedy: str = "") -> None:
        self.remedy = one_line(remedy, _LONGEST_REMEDY)
        self.what = one_line(what, LONGEST_LINE - len(self.remedy) - len(". "))
        super().__init__(self.what)

    def __str__(self) -> str:
        return f"{self.what}. {self.remedy}" if self.remedy else self.what

    def hide(self, masked: Callable[[str], str]) -> None:
        """Take what is secret out of its words, as where a server repeats what it was sent."""
        self.what, self.remedy = one_line(masked(self.what)), masked(self.remedy)
        self.args = (self.what,)


class InputError(GatherlyError):
    """What was handed in cannot be used as it is."""


class UnknownThingError(InputError):
    """Something is named that does not exist, or that the asker may not see."""


class ChangedMeanwhileError(GatherlyError):
    """What somebody acts on is no longer what they saw."""


class ThereAlreadyError(InputError):
    """A second one of what can be there once."""


class NotAllowedError(GatherlyError):
    """Somebody asks for what they may see, but may not do."""


class UnforeseenError(GatherlyError):
    """Something was raised that nobody has listed; told by its class and the line of ours that met it."""

    unforeseen = True


class ShortageError(GatherlyError):
    """The machine has none left of what any work needs: no object, person or provider is to blame."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in the configuration, and where it stands."""

    file: str
    line: int | None
    key: str
    wrong: str
    right: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return (
            f"{place}: {self.key}: {self.wrong}; {self.right}"
            if self.right
            else f"{place}: {self.key}: {self.wrong}"
        )


class ConfigurationError(GatherlyError):
    """The configuration cannot be used; it carries every problem at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(one_line(str(problem)) for problem in self.problems)


class SourceError(GatherlyError):
    """A connector's calendar could not be read or written: never a reason to call anybody free."""


class SourceUnavailableError(SourceError):
    """The provider did not answer, or asked to be left alone for a while; trying again may help."""

    def __init__(self, what: str, remedy: str = "", *, retry_after: int | None = None) -> None:
        super().__init__(what, remedy)
        self.retry_after = retry_after


class HeldBackError(SourceUnavailableError):
    """Nothing was sent: gatherly keeps to a budget, or to a pause that the provider asked for. No failure."""


class SourceIncompleteError(SourceError):
    """An answer came that is not a whole calendar: empty, cut short, of another type."""


class SourceExpiredError(SourceError):
    """The grant or password is no longer accepted; its owner has to connect again."""


class WriteRefusedError(SourceError):
    """The provider said definitely no; nothing was written."""

    def __init__(self, what: str, remedy: str = "", *, code: str = "refused") -> None:
        super().__init__(what, remedy)
        self.code = code


class WriteConflictError(SourceError):
    """The id is taken or the version has moved on (409, 412): read before deciding what it means."""


class WriteAmbiguousError(SourceError):
    """The answer was lost: the write may or may not have been applied."""


class StoreError(GatherlyError):
    """The store could not do what was asked."""


class StaleVersionError(StoreError):
    """Somebody else changed the row since it was read; read it again and decide anew."""


class HoldRefusedError(StoreError):
    """The time is already held or booked for one of the people."""


class StoreUnavailableError(StoreError):
    """The store is away, full or read-only; nothing was changed."""


class StoreBusyError(StoreError):
    """Another daemon works on this store."""

    def __init__(self, what: str, remedy: str = "", *, since: Instant | None = None) -> None:
        super().__init__(what, remedy)
        self.since = since


class VaultError(GatherlyError):
    """A sealed value cannot be opened: wrong key, wrong place, or changed."""
