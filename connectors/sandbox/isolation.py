"""Work on what strangers wrote, done in child processes that can be killed.

A child has no secrets, writes no file, and is held by the kernel: processor time a task, address space, and
it is the first to go where memory is short. The daemon lends it bytes and takes bytes back, so many and no
more. All children together have a bounded room of memory: one does large work while another does small work.

Computing is measured in processor time: a busy machine makes nothing fail. Wall time only tells a child that
stands still.
"""

import json
import logging
import math
import os
import resource
import selectors
import signal
import struct
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

from engine.errors import GatherlyError
from engine.trouble import met

if TYPE_CHECKING:  # a child, which starts with this module, needs no ports
    from engine.ports.world import Clock

MEBIBYTE = 1024 * 1024
MEMORY = 512 * MEBIBYTE
"""Address space of a child that does large work; there is one at a time."""
SMALL_MEMORY = 128 * MEBIBYTE
"""Address space of a child that does small work. Both together are all that children may use."""
SMALL_WORK = MEBIBYTE
"""Bytes of a payload up to which work is small."""
LARGEST_ANSWER = 48 * MEBIBYTE
STANDSTILL = 30.0
"""Seconds without a byte and without any use of the processor after which a child is given up."""
CPU_SECONDS = 2.0
_HEAD = struct.Struct(">BQ")
_PIECE = 1 << 18
_DONE, _FAILED, _REFUSED = 0, 1, 2
_KEPT = ("PATH", "LANG", "LC_ALL", "PYTHONTZPATH", "PYTHONDONTWRITEBYTECODE")


class UnfinishedError(GatherlyError):
    """A task failed, or took more time or memory than it was given; nothing came of it."""


class RefusedError(UnfinishedError):
    """A task refused its input in words of ours; `what` and `remedy` are for whoever reads the answer."""


TASK_FAULTS = (GatherlyError, ValueError, OverflowError, MemoryError, RecursionError)
"""What a task may raise on its input; anything else is a fault of ours and ends the child."""


class Allowance:
    """Seconds of processor that several tasks may use together; none is begun without any left."""

    def __init__(self, seconds: float) -> None:
        self.left = seconds

    def share(self, most: float) -> float:
        """Give what one task may use.

        Raises:
            UnfinishedError: there is nothing left.
        """
        if self.left <= 0:
            raise UnfinishedError("it was not read: all of it takes too long")
        return min(most, self.left)


class Runner(Protocol):
    """Runs `module:function`, which takes bytes and gives bytes."""

    def __call__(self, task: str, payload: bytes, *, cpu: float, allowance: Allowance | None = None) -> bytes:
        """Run it within so many seconds of processor time, and of what an allowance has left.

        Raises:
            RefusedError: it has refused its input.
            UnfinishedError: it did not end in time, or died of its input.
        """


def run_here(task: str, payload: bytes, *, cpu: float, allowance: Allowance | None = None) -> bytes:
    """Run a task in this process, without limits: for tools and tests that trust their input."""
    try:
        return _function(task)(payload)
    except GatherlyError as error:
        raise RefusedError(error.what, error.remedy) from error
    except TASK_FAULTS as error:
        raise UnfinishedError(f"it could not be read: {_words(error)}") from error


class ChildPool:
    """A few children, each one task at a time, made on first use and again after one was killed."""

    def __init__(
        self,
        clock: "Clock",
        *,
        size: int = 2,
        memory: int = MEMORY,
        small_memory: int = SMALL_MEMORY,
        standstill: float = STANDSTILL,
    ) -> None:
        self._clock = clock
        self._memory = memory
        self._small_memory = small_memory
        self._standstill = standstill
        self._places = threading.Semaphore(size)
        self._large = threading.Lock()
        self._lock = threading.Lock()
        self._idle: list[_Child] = []
        self._closed = False

    def __call__(self, task: str, payload: bytes, *, cpu: float, allowance: Allowance | None = None) -> bytes:
        """Run a task in a child; see `Runner`. Waiting for a free child does not count."""
        large = len(payload) > SMALL_WORK
        with self._large if large else nullcontext(), self._places, self._lent(large=large) as child:
            given = cpu if allowance is None else allowance.share(cpu)
            before = child.used()
            well = False
            try:
                answer = child.ask(task, payload, given, self._clock, self._standstill)
                well = True
            finally:
                if allowance is not None:
                    allowance.left -= child.used() - before if well else given
        return answer

    def close(self) -> None:
        """End the children."""
        with self._lock:
            self._closed = True
            children, self._idle = self._idle, []
        for child in children:
            child.end()

    @contextmanager
    def _lent(self, *, large: bool) -> Iterator["_Child"]:
        """Lend a child; one that failed, or that keeps more than a small one may, is ended."""
        child = self._take()
        kept = False
        try:
            child.hold_to(self._memory if large else self._small_memory)
            yield child
            kept = not large or child.size() <= self._small_memory // 2
        except RefusedError:
            kept = not large
            raise
        finally:
            self._give_back(child, kept=kept)

    def _take(self) -> "_Child":
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return _Child(self._memory)

    def _give_back(self, child: "_Child", *, kept: bool) -> None:
        with self._lock:
            if kept and not self._closed:
                self._idle.append(child)
                return
        child.end()


class _Child:
    """One child process and its two pipes."""

    def __init__(self, memory: int) -> None:
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(path or "." for path in sys.path)
        command = [
            sys.executable,
            "-c",
            "from connectors.sandbox.isolation import serve; serve()",
            str(memory),
        ]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own words
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, bufsize=0
        )
        assert self._process.stdin is not None  # noqa: S101 - asked for above
        assert self._process.stdout is not None  # noqa: S101 - asked for above
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        self._memory = memory
        os.set_blocking(self._stdin.fileno(), False)
        os.set_blocking(self._stdout.fileno(), False)

    def hold_to(self, memory: int) -> None:
        """Say how much address space the next task may have."""
        self._memory = memory

    def used(self) -> float:
        """Give the seconds of processor that it has used; the kernel's count, not its own."""
        try:
            return time.clock_gettime(_processor_clock(self._process.pid))
        except OSError:
            return 0.0

    def size(self) -> int:
        """Give the bytes of address space that it has; more than any where that cannot be told."""
        try:
            with open(f"/proc/{self._process.pid}/statm", "rb") as file:
                return int(file.read(64).split()[0]) * resource.getpagesize()
        except (OSError, ValueError, IndexError):
            return sys.maxsize

    def ask(self, task: str, payload: bytes, cpu: float, clock: "Clock", standstill: float) -> bytes:
        """Send a task and wait for its answer, for as long as the child gets on with it."""
        order = json.dumps({"task": task, "cpu": cpu, "memory": self._memory}).encode()
        outgoing = b"".join((_HEAD.pack(_DONE, len(order)), order, _HEAD.pack(_DONE, len(payload)), payload))
        incoming = self._exchange(memoryview(outgoing), _Patience(clock, standstill, self.used))
        kind, _length = _HEAD.unpack_from(incoming)
        if kind == _REFUSED:
            what, remedy = json.loads(incoming[_HEAD.size :])
            raise RefusedError(what, remedy)
        if kind == _FAILED:
            raise UnfinishedError(
                f"it could not be read: {incoming[_HEAD.size :].decode('utf-8', 'replace')}"
            )
        return bytes(memoryview(incoming)[_HEAD.size :])

    def _exchange(self, outgoing: memoryview, patience: "_Patience") -> bytearray:
        incoming = bytearray()
        with selectors.DefaultSelector() as ready:
            ready.register(self._stdin, selectors.EVENT_WRITE)
            ready.register(self._stdout, selectors.EVENT_READ)
            while not _is_whole(incoming):
                events = ready.select(patience.interval)
                patience.seen(progress=bool(events))
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


class _Patience:
    """Waits for a child as long as it computes or bytes move, however slow the machine is."""

    def __init__(self, clock: "Clock", standstill: float, used: Callable[[], float]) -> None:
        self._clock = clock
        self._standstill = standstill
        self._used = used
        self._last = used()
        self._until = clock.monotonic() + standstill
        self.interval = standstill / 10

    def seen(self, *, progress: bool) -> None:
        """Note a look at the child.

        Raises:
            UnfinishedError: it has stood still for too long.
        """
        now, used = self._clock.monotonic(), self._used()
        if progress or used > self._last:
            self._last, self._until = used, now + self._standstill
        elif now >= self._until:
            raise UnfinishedError("it stood still")


def _processor_clock(process: int) -> int:
    """Name a process's processor clock as Linux counts them (`clock_getcpuclockid`)."""
    return (~process << 3) | 2


def _is_whole(incoming: bytearray) -> bool:
    if len(incoming) < _HEAD.size:
        return False
    _kind, length = _HEAD.unpack_from(incoming)
    if length > LARGEST_ANSWER:
        raise UnfinishedError("it grows beyond the limit when it is read")
    return len(incoming) >= _HEAD.size + int(length)


def _function(task: str) -> Callable[[bytes], bytes]:
    module, _colon, name = task.partition(":")
    found: Callable[[bytes], bytes] = getattr(import_module(module), name)
    return found


def serve() -> None:
    """Be a child: take tasks from standard input, answer on standard output, until it is closed."""
    _limit(int(sys.argv[1]))
    sys.excepthook = _end
    logging.disable()  # what libraries log or warn of in here repeats what strangers wrote
    warnings.simplefilter("ignore")
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
        if len(answer) > LARGEST_ANSWER:
            kind, answer = _FAILED, b"it grows beyond the limit when it is read"
        _write(answers, _HEAD.pack(kind, len(answer)) + answer)


def _limit(memory: int) -> None:
    """Take this process's means away: memory, files, cores. Signals end it without a word."""
    try:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as first_to_go:
            first_to_go.write("1000")
    except OSError:
        pass  # not Linux, or not allowed: the other limits hold all the same
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPROF, signal.SIG_DFL)


def _hold(cpu: float, memory: int) -> None:
    """Bind the next task; the kernel's own count of whole seconds stands behind the timer."""
    _soft, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (min(memory, most), most))
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    used = resource.getrusage(resource.RUSAGE_SELF)
    whole = math.ceil(used.ru_utime + used.ru_stime + cpu) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (whole, hard))
    signal.setitimer(signal.ITIMER_PROF, max(cpu, 0.001))


def _answer(order: Mapping[str, object], payload: bytes) -> tuple[int, bytes]:
    """Run one task; the timer kills this process when its processor time is over."""
    run = _function(str(order["task"]))
    _hold(float(str(order["cpu"])), int(str(order["memory"])))
    try:
        return _DONE, run(payload)
    except GatherlyError as error:
        return _REFUSED, json.dumps([error.what, error.remedy]).encode()
    except TASK_FAULTS as error:
        return _FAILED, _words(error).encode("utf-8", "replace")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _words(error: BaseException) -> str:
    """Tell a foreign error without its own words: they may repeat what is somebody's."""
    return met(error)


def _end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """End of an error that nobody foresaw: its class and place, never its words, on standard error."""
    print(f"A child ended: {met(error)}", file=sys.stderr)


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
