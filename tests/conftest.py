"""How every test runs: generated examples are the same each time, and slow machines are no failure."""

from hypothesis import settings

settings.register_profile("suite", deadline=None, derandomize=True)
settings.load_profile("suite")

pytest_plugins = ("tests.store.servers",)
