"""What a machine has none left of: told as such, with the remedy, whatever was being done."""

import errno
from collections.abc import Iterator

from engine.errors import ShortageError

_LACKS = {
    errno.EMFILE: (
        "gatherly may open no more files",
        "Raise its limit (LimitNOFILE= of its service, ulimit -n in a shell) and start it anew",
    ),
    errno.ENFILE: (
        "This machine can open no more files",
        "Close what has many open, or raise fs.file-max; gatherly goes on by itself",
    ),
    errno.ENOMEM: (
        "This machine has no memory left",
        "Free some, or raise MemoryMax= of gatherly's service; it goes on by itself",
    ),
}


def shortage_in(error: BaseException) -> ShortageError | None:
    """Tell what the machine lacked, where that is why something was raised or what it was made of.

    A `MemoryError` is none: what is too large for this process may fit nowhere.
    """
    codes = (one.errno for one in _causes(error) if isinstance(one, OSError))
    return next((ShortageError(*_LACKS[code]) for code in codes if code in _LACKS), None)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen = set[int]()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__  # also where a library hides it: `raise … from None`
