"""How every test runs: generated examples are the same each time, and slow machines are no failure.

`pytest --hypothesis-profile=anew` draws others; what fails is printed with the line that draws it again.
"""

import os
import signal
from collections.abc import Generator, Iterator, Sequence

import pytest
from hypothesis import settings
from pytest_httpserver import HTTPServer

from tests.folders import keep_folders_in_memory
from tests.store.compiled import share_compiled_statements

settings.register_profile("suite", deadline=None, derandomize=True)
settings.register_profile("anew", deadline=None, print_blob=True, database=None)
settings.load_profile("suite")

pytest_plugins = ("tests.store.servers",)

SERVERS = ("postgres", "firestore", "cyrus", "sabre", "xandikos")
"""Programs of their own: a test that needs one says so by its name, its folder or a fixture."""


NOTHING_SERVED = "GATHERLY_API__LISTEN"
"""The daemons of tests would want one address; what tries HTTP takes this away and chooses its own."""


HEARD = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM)
"""What a daemon hears; one that a test runs in its own process would leave the next test hearing it."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol() -> Generator[None, object, object]:
    """Have each test leave the signals as it found them."""
    before = {number: signal.getsignal(number) for number in HEARD}
    try:
        return (yield)
    finally:
        for number, heard in before.items():
            if signal.getsignal(number) is not heard:
                signal.signal(number, heard)


@pytest.fixture
def httpserver(make_httpserver: HTTPServer) -> Iterator[HTTPServer]:
    """Give the one server that all tests of a process share; none of them may stop it."""
    make_httpserver.clear()
    yield make_httpserver
    assert make_httpserver.is_running(), "a server that is to go away is one of the test's own"


class NamedAtOnce:
    """Names what fails when it fails: of a run that is ended before its end, one knows why."""

    def __init__(self, terminal: pytest.TerminalReporter) -> None:
        self._terminal = terminal

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write a line of its own for what failed, beside the letters of the others."""
        if report.failed:
            self._terminal.ensure_newline()
            self._terminal.write_line(f"{report.nodeid}: {report.when} failed")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Have no daemon serve HTTP, unless its test wants it, and no test wait for a disk."""
    keep_folders_in_memory()
    os.environ[NOTHING_SERVED] = ""
    share_compiled_statements()
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(NamedAtOnce(terminal))


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Mark what needs a server, so that `make quick` can do without."""
    for item in items:
        names = " ".join((item.nodeid, *getattr(item, "fixturenames", ())))
        if any(server in names for server in SERVERS):
            item.add_marker(pytest.mark.server)
