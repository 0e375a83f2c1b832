"""The page about PostgreSQL, followed from its first block to its last on a server of its own."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.how_to.cluster import Cluster
from tests.how_to.pages import blocks, run
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody

pytestmark = [pytest.mark.long, pytest.mark.upload, pytest.mark.server]
PAGE = "postgresql.md"
NOW = "2025-11-12T09:58:00Z"
ROLES, PASSWORD, UNIT, ARCHIVE, COPY, BACK = range(6)


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """Not in pytest's own folder, which is closed to the server's user."""
    with tempfile.TemporaryDirectory(prefix="gatherly-cluster-") as folder:
        running = Cluster(Path(folder))
        yield running
        running("stop")


def here(text: str, cluster: Cluster) -> str:
    """Put the machine's own folders under the test's."""
    for place in ("/etc/gatherly", "/etc/systemd", "/var/lib/postgresql"):
        text = text.replace(place, f"{cluster.folder}{place}")
    return text


def test_the_page_does_as_it_stands(
    cluster: Cluster, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = [(kind, here(text, cluster)) for kind, text in blocks(PAGE) if kind in ("sql", "sh")]
    (cluster.folder / "var/lib/postgresql").mkdir(parents=True)
    (cluster.folder / "var/lib/postgresql").chmod(0o777)

    def followed(number: int, **instead: str) -> None:
        kind, text = page[number]
        for old, new in instead.items():
            text = text.replace(MOMENT[old], new)
        run(f"psql -X -q -v ON_ERROR_STOP=1 <<'SQL'\n{text}SQL\n" if kind == "sql" else text, cluster.env)

    assert len(page) == BACK + 1
    for number in (ROLES, PASSWORD, UNIT):
        followed(number)
    followed(PASSWORD)
    rights = "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls FROM pg_roles"
    assert cluster.asked(f"{rights} WHERE rolname = 'gatherly'") == "f"
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(f"postgresql://gatherly:guess@127.0.0.1:{cluster.port}/gatherly")

    address = cluster.folder / "etc/gatherly/store.url"
    assert address.stat().st_mode & 0o777 == 0o600
    drop_in = cluster.folder / "etc/systemd/system/gatherly.service.d/store.conf"
    assert drop_in.read_text() == f"[Service]\nLoadCredential=GATHERLY_STORE__URL:{address}\n"

    gatherly, world = Line(capsys), FolderWorld(tmp_path, (Somebody(name="alice"),), NOW)
    monkeypatch.setenv("GATHERLY_STORE__URL", address.read_text().strip())
    monkeypatch.setenv("PGPORT", str(cluster.port))
    done = gatherly("run", "--once", "-c", world.file)
    assert done.returncode == 0, done.stderr
    owned = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner <> 'gatherly'"
    assert cluster.asked(owned) == "0"

    followed(ARCHIVE)
    followed(COPY)
    followed(COPY)
    cluster.asked("CREATE TABLE before_it (); SELECT pg_sleep(0.1)")
    moment = cluster.asked("SELECT clock_timestamp()")
    cluster.asked("SELECT pg_sleep(0.1)")
    cluster.asked("DROP TABLE before_it; DROP TABLE users CASCADE")
    followed(BACK, moment=moment)
    tables = "SELECT count(*) FROM pg_tables WHERE tablename IN ('before_it', 'users')"
    assert cluster.asked(tables) == "2"
    assert cluster.asked("SELECT count(*) FROM users") == "1"
    done = gatherly("status", "--json", "-c", world.file)
    assert "alice" in done.stdout, done.stderr


MOMENT = {"moment": "2026-11-27 09:30:00+00"}
