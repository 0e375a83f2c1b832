"""Homes that the tests of a module share."""

from collections.abc import Iterator

import pytest

from tests.daemon.family.home import Houses


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Houses]:
    found = Houses(tmp_path_factory.mktemp("houses"))
    yield found
    found.close()
