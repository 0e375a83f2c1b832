"""Work on what strangers wrote, done in child processes that can be killed.

A child has no secrets, writes no file, and has limits of its own: processor time and wall time a task, memory
for good. The daemon lends it bytes and takes bytes back; what it cannot finish in time it never finishes.
"""

import json
import os
import resource
import selectors
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Protocol

from engine.errors import GatherlyError
from engine.ports import Clock

MEMORY = 512 * 1024 * 1024
CPU_SECONDS = 2.0
WALL_SECONDS = 5.0
_HEAD = struct.Struct(">BQ")
_PIECE = 1 << 18
_DONE, _FAILED = 0, 1
_KEPT = ("PATH", "LANG", "LC_ALL", "PYTHONTZPATH", "PYTHONDONTWRITEBYTECODE")


class UnfinishedError(GatherlyError):
    """A task failed, or took more time or memory than it was given; nothing came of it."""


TASK_FAULTS = (GatherlyError, ValueError, OverflowError, MemoryError, RecursionError)
"""What a task may raise on its input; anything else is a fault of ours and ends the child."""


class Runner(Protocol):
    """Runs `module:function`, which takes bytes and gives bytes."""

    def __call__(self, task: str, payload: bytes, *, cpu: float, seconds: float) -> bytes:
        """Run it within so many seconds of processor and of wall time.

        Raises:
            UnfinishedError: it did not end in time, or died of its input.
        """


def run_here(task: str, payload: bytes, *, cpu: float, seconds: float) -> bytes:
    """Run a task in this process, without limits: for tools and tests that trust their input."""
    try:
        return _function(task)(payload)
    except TASK_FAULTS as error:
        raise UnfinishedError(f"it could not be read: {_words(error)}") from error


class ChildPool:
    """A few children, each one task at a time, made on first use and again after one was killed."""

    def __init__(self, clock: Clock, *, size: int = 2, memory: int = MEMORY) -> None:
        self._clock = clock
        self._memory = memory
        self._places = threading.Semaphore(size)
        self._lock = threading.Lock()
        self._idle: list[_Child] = []
        self._closed = False

    def __call__(self, task: str, payload: bytes, *, cpu: float, seconds: float) -> bytes:
        """Run a task in a child; see `Runner`. Waiting for a free child does not count."""
        with self._places:
            child = self._take()
            well = False
            try:
                answer = child.ask(task, payload, cpu, self._clock, self._clock.monotonic() + seconds)
                well = True
            finally:
                self._give_back(child, well=well)
            return answer

    def close(self) -> None:
        """End the children."""
        with self._lock:
            self._closed = True
            children, self._idle = self._idle, []
        for child in children:
            child.end()

    def _take(self) -> "_Child":
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return _Child(self._memory)

    def _give_back(self, child: "_Child", *, well: bool) -> None:
        with self._lock:
            if well and not self._closed:
                self._idle.append(child)
                return
        child.end()


class _Child:
    """One child process and its two pipes."""

    def __init__(self, memory: int) -> None:
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(path or "." for path in sys.path)
        command = [sys.executable, "-c", "from connectors.isolation import serve; serve()", str(memory)]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own words
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, bufsize=0
        )
        assert self._process.stdin is not None  # noqa: S101 - asked for above
        assert self._process.stdout is not None  # noqa: S101 - asked for above
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        os.set_blocking(self._stdin.fileno(), False)
        os.set_blocking(self._stdout.fileno(), False)

    def ask(self, task: str, payload: bytes, cpu: float, clock: Clock, until: float) -> bytes:
        """Send a task and wait for its answer, until the monotonic clock says so."""
        order = json.dumps({"task": task, "cpu": cpu}).encode()
        outgoing = _HEAD.pack(_DONE, len(order)) + order + _HEAD.pack(_DONE, len(payload)) + payload
        incoming = self._exchange(memoryview(outgoing), clock, until)
        kind, _length = _HEAD.unpack_from(incoming)
        if kind == _FAILED:
            raise UnfinishedError(
                f"it could not be read: {incoming[_HEAD.size :].decode('utf-8', 'replace')}"
            )
        return bytes(incoming[_HEAD.size :])

    def _exchange(self, outgoing: memoryview, clock: Clock, until: float) -> bytearray:
        incoming = bytearray()
        with selectors.DefaultSelector() as ready:
            ready.register(self._stdin, selectors.EVENT_WRITE)
            ready.register(self._stdout, selectors.EVENT_READ)
            while not _is_whole(incoming):
                left = until - clock.monotonic()
                events = ready.select(left) if left > 0 else []
                if not events:
                    raise UnfinishedError("it took too long")
                for key, _mask in events:
                    if key.fileobj is self._stdout:
                        incoming += self._received()
                    elif outgoing:
                        outgoing = outgoing[self._sent(outgoing) :]
                    else:
                        ready.unregister(self._stdin)
        return incoming

    def _received(self) -> bytes:
        piece = os.read(self._stdout.fileno(), _PIECE)
        if not piece:
            raise UnfinishedError("it took too much time or memory")
        return piece

    def _sent(self, outgoing: memoryview) -> int:
        try:
            return os.write(self._stdin.fileno(), outgoing[:_PIECE])
        except BrokenPipeError as error:
            raise UnfinishedError("it took too much time or memory") from error

    def end(self) -> None:
        """Kill it and take its leave."""
        self._process.kill()
        self._process.wait()
        self._stdin.close()
        self._stdout.close()


def _is_whole(incoming: bytearray) -> bool:
    if len(incoming) < _HEAD.size:
        return False
    _kind, length = _HEAD.unpack_from(incoming)
    return len(incoming) >= _HEAD.size + int(length)


def _function(task: str) -> Callable[[bytes], bytes]:
    module, _colon, name = task.partition(":")
    found: Callable[[bytes], bytes] = getattr(import_module(module), name)
    return found


def serve() -> None:
    """Be a child: take tasks from standard input, answer on standard output, until it is closed."""
    _limit(int(sys.argv[1]))
    answers = os.dup(1)
    os.dup2(2, 1)
    while True:
        order = _frame()
        if order is None:
            return
        payload = _frame()
        if payload is None:
            return
        kind, answer = _answer(json.loads(order), payload)
        _write(answers, _HEAD.pack(kind, len(answer)) + answer)


def _limit(memory: int) -> None:
    """Take this process's means away: memory, files, cores. Signals end it without a word."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)


def _answer(order: Mapping[str, object], payload: bytes) -> tuple[int, bytes]:
    """Run one task; the timer kills this process when its processor time is over."""
    signal.setitimer(signal.ITIMER_PROF, float(str(order["cpu"])))
    try:
        return _DONE, _function(str(order["task"]))(payload)
    except TASK_FAULTS as error:
        return _FAILED, _words(error).encode("utf-8", "replace")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _words(error: BaseException) -> str:
    return str(error) or type(error).__name__


def _frame() -> bytes | None:
    head = _read(_HEAD.size)
    if head is None:
        return None
    _kind, length = _HEAD.unpack(head)
    return _read(int(length))


def _read(length: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < length:
        piece = os.read(0, min(_PIECE, length - len(parts)))
        if not piece:
            return None
        parts += piece
    return bytes(parts)


def _write(handle: int, answer: bytes) -> None:
    rest = memoryview(answer)
    while rest:
        rest = rest[os.write(handle, rest[:_PIECE]) :]
