"""Two daemons as processes on one PostgreSQL: what one of them reads, the other leaves alone."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.worlds.command_line import PATIENCE, ROOT, asked, gatherly
from tests.worlds.folder_world import event

FILE = """
[store]
url = "{url}"

[users.ann]
email = "ann@example.com"

[connectors.ann-feed]
kind = "ics"
user = "ann"
url = "http://127.0.0.1:{port}/ann.ics"
allow_private_network = true
"""


class Feed(ThreadingHTTPServer):
    """A calendar whose first answer is held back until the test lets it go; it counts who asks."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.asked = threading.Semaphore(0)
        self.go_on = threading.Event()
        self.count = 0


class Asked(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        feed = self.server
        assert isinstance(feed, Feed)
        feed.count += 1
        feed.asked.release()
        feed.go_on.wait(PATIENCE)
        body = event("one", "2030-05-06T08:00:00Z", "2030-05-06T09:00:00Z").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/calendar")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def feed() -> Iterator[Feed]:
    with Feed() as serving:
        thread = threading.Thread(target=serving.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield serving
        serving.go_on.set()
        serving.shutdown()


@pytest.mark.long
@pytest.mark.chaos
def test_a_connector_that_one_daemon_reads_is_left_alone_by_the_other(
    tmp_path: Path, postgres: str, feed: Feed
) -> None:
    file = tmp_path / "gatherly.toml"
    file.write_text(FILE.format(url=postgres, port=feed.server_port))
    command = [sys.executable, "-m", "daemon", "run", "--once", "-c", str(file)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as first:
        assert feed.asked.acquire(timeout=PATIENCE)
        second = gatherly("run", "--once", "-c", file)
        assert (second.returncode, feed.count) == (0, 1), second.stderr
        assert first.poll() is None
        feed.go_on.set()
        _, said = first.communicate(timeout=PATIENCE)
    assert (first.returncode, feed.count) == (0, 1), said
    (row,) = asked("status", "-c", file)["connectors"]
    assert row["state"] == "ok"
    gatherly("run", "--once", "-c", file)
    assert feed.count == 2, "once it was read, anybody may read it again"
