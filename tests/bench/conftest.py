"""The servers of the store's tests, for benchmarks too."""

from tests.store.sql.conftest import made, server

__all__ = ["made", "server"]
