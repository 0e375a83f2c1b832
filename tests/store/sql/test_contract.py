"""The store on SQLite against the contract."""

from tests.contracts.store import StoreContract


class TestSqliteStore(StoreContract):
    """Its `store` is a file's (conftest)."""
