"""A world of people who met, for reading or for changing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.daemon.http.asking import Asked
from tests.daemon.relations.acquainted import laid


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """A world that is left as it was found."""
    with laid(tmp_path_factory.mktemp("people")) as asked:
        yield asked


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Asked]:
    """A world that one test may change."""
    with laid(tmp_path) as asked:
        yield asked
