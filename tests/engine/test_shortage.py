"""What a machine has none left of is told as such, whatever was being done; nothing else is taken for it."""

import errno
import os

import pytest

from engine.errors import InputError, ShortageError, SourceUnavailableError
from engine.shortage import shortage_in
from engine.trouble import Trouble, ours
from tests.engine.test_trouble import raising


def os_error(code: int) -> OSError:
    return OSError(code, os.strerror(code))


def wrapped(code: int) -> Exception:
    try:
        try:
            raise os_error(code)
        except OSError as error:
            raise ConnectionError("Dinner with Eve") from error
    except ConnectionError as error:
        return error


@pytest.mark.parametrize("code", [errno.EMFILE, errno.ENFILE, errno.ENOMEM])
def test_what_is_lacking_is_told_with_its_remedy(code: int) -> None:
    for error in (os_error(code), wrapped(code)):
        trouble = Trouble(error)
        assert isinstance(trouble.error, ShortageError)
        assert trouble.error.remedy
        assert "Eve" not in trouble.line
        assert not trouble.error.unforeseen


@pytest.mark.parametrize("error", [os_error(errno.ENOENT), MemoryError(), ValueError(), wrapped(errno.EPIPE)])
def test_nothing_else_is_taken_for_a_shortage(error: BaseException) -> None:
    assert shortage_in(error) is None


def test_a_cause_that_a_library_hid_is_found_and_a_circle_ends() -> None:
    hidden = ValueError()
    hidden.__context__, hidden.__suppress_context__ = os_error(errno.EMFILE), True
    assert shortage_in(hidden) is not None
    first, second = ValueError(), ValueError()
    first.__cause__, second.__cause__ = second, first
    assert shortage_in(first) is None


def test_a_library_that_met_it_is_not_to_blame() -> None:
    with pytest.raises(SourceUnavailableError, match="no more files") as raised:
        ours(SourceUnavailableError, "alice-work", lambda: raising(os_error(errno.EMFILE)))
    assert not raised.value.unforeseen
    with pytest.raises(InputError, match="mine"):
        ours(SourceUnavailableError, "alice-work", lambda: raising(InputError("mine")))
