"""What Firestore's errors mean for gatherly, and what to do about each."""

from collections.abc import Iterator
from contextlib import contextmanager

from google.api_core import exceptions
from google.auth.exceptions import GoogleAuthError

from engine.errors import StaleVersionError, StoreError, StoreUnavailableError

_INDEX = "Deploy the indexes of store/firestore/firestore.indexes.json (docs/how-to/firestore.md)"
_SERVER = "Look at the network and at status.cloud.google.com; gatherly goes on by itself"
_EMULATOR = "Start the emulator, or unset FIRESTORE_EMULATOR_HOST; gatherly goes on by itself"


@contextmanager
def told(name: str, *, emulator: bool) -> Iterator[None]:
    """Give Google's errors as gatherly's own.

    Raises:
        StaleVersionError: a precondition did not hold.
        StoreUnavailableError: Firestore is away, or does not let gatherly in.
        StoreError: it refused what was asked.
    """
    try:
        yield
    except (exceptions.GoogleAPIError, GoogleAuthError) as error:
        raise store_error(error, name, emulator=emulator) from error


def store_error(error: Exception, name: str, *, emulator: bool) -> StoreError:
    """Say what an error means."""
    cause = error.cause if isinstance(error, exceptions.RetryError) and error.cause else error
    what = " ".join(str(getattr(cause, "message", cause)).split())
    match cause:
        case exceptions.FailedPrecondition() if "index" in what:
            return StoreError(f"{name} lacks an index: {what}", _INDEX)
        case exceptions.AlreadyExists() | exceptions.FailedPrecondition() | exceptions.NotFound():
            return _stale_or_missing(cause, name, what)
        case exceptions.PermissionDenied() | exceptions.Unauthenticated() | GoogleAuthError():
            return StoreUnavailableError(
                f"{name} does not let gatherly in: {what}",
                "Give the account the role roles/datastore.user, and name its key file under [firestore]",
            )
        case exceptions.ResourceExhausted():
            return StoreUnavailableError(f"{name} has reached its quota: {what}", "Raise it, or wait a day")
        case exceptions.InvalidArgument():
            return StoreError(f"{name} refused: {what}")
    return StoreUnavailableError(f"{name} does not answer: {what}", _EMULATOR if emulator else _SERVER)


def _stale_or_missing(cause: Exception, name: str, what: str) -> StoreError:
    if isinstance(cause, exceptions.NotFound) and "database" in what.lower():
        return StoreUnavailableError(f"{name} is not there: {what}", "Create the database, in native mode")
    return StaleVersionError(f"{name}: {what}", "Read it again and decide anew")
