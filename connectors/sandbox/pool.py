"""Work on what strangers wrote, done in child processes that can be killed.

A child has no secrets, writes no file, and is held by the kernel: processor time a task, address space, and
it is the first to go where memory is short. The daemon lends it bytes and takes bytes back, so many and no
more. All children together have a bounded room of memory: one does large work while another does small work.

Computing is measured in processor time: a busy machine makes nothing fail. Wall time only tells a child that
stands still.
"""

import atexit
import json
import os
import resource
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import cache

from connectors.sandbox.pipe import (
    DONE,
    FAILED,
    GROWS,
    HEAD,
    LARGEST_ANSWER,
    MEBIBYTE,
    PIECE,
    REFUSED,
)
from connectors.sandbox.task import Allowance, RefusedError, UnfinishedError
from engine.errors import ShortageError
from engine.ports.world import Clock

MEMORY = 512 * MEBIBYTE
"""Address space of a child that does large work; there is one at a time."""
SMALL_MEMORY = 128 * MEBIBYTE
"""Address space of a child that does small work. Both together are all that children may use."""
SMALL_WORK = MEBIBYTE
"""Bytes of a payload up to which work is small."""
STANDSTILL = 30.0
"""Seconds without a byte and without any use of the processor after which a child is given up."""
SOON = 0.25
"""Seconds for which a task waits for a child that is busy before another is made, which takes as long."""
MOST_SPARE = 2
NO_MORE = "gatherly may start no more processes"
_KEPT = ("PATH", "LANG", "LC_ALL", "PYTHONTZPATH", "PYTHONDONTWRITEBYTECODE")


class Spare:
    """Children that nobody uses now, for whoever asks next in this process.

    One takes longer to begin than most of its tasks take. They end with the process.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._children: list[_Child] = []

    def take(self, memory: int) -> "_Child":
        """Give one that was made as one would be made now, or make it."""
        environment = _environment()
        with self._lock:
            for child in [one for one in self._children if one.is_made_with(memory, environment)]:
                self._children.remove(child)
                if child.lives():
                    return child
                child.end()
        return _Child(memory, environment)

    def keep(self, child: "_Child") -> None:
        """Take one back; what has lain for longest goes where there are too many."""
        with self._lock:
            self._children.append(child)
            gone, self._children = self._children[:-MOST_SPARE], self._children[-MOST_SPARE:]
        for one in gone:
            one.end()

    def end(self) -> None:
        """End them all."""
        with self._lock:
            children, self._children = self._children, []
        for child in children:
            child.end()

    def forget(self) -> None:
        """Let go of them in a process that was forked: they are its parent's."""
        self._lock, self._children = threading.Lock(), []


@cache
def spare_here() -> Spare:
    """Give those of this process."""
    spare = Spare()
    atexit.register(spare.end)
    os.register_at_fork(after_in_child=spare.forget)
    return spare


class ChildPool:
    """A few children, each one task at a time, made on first use and again after one was killed.

    `restarted` is told of each that failed and had to be ended; with `spare` children come from there, and
    go back.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        size: int = 2,
        memory: int = MEMORY,
        small_memory: int = SMALL_MEMORY,
        standstill: float = STANDSTILL,
        restarted: Callable[[], None] | None = None,
        spare: Spare | None = None,
        soon: float = SOON,
    ) -> None:
        self._clock = clock
        self._restarted = restarted
        self._spare = spare
        self._soon = soon
        self._memory = memory
        self._small_memory = small_memory
        self._standstill = standstill
        self._places = threading.Semaphore(size)
        self._large = threading.Lock()
        self._given_back = threading.Condition()
        self._idle: list[_Child] = []
        self._busy = 0
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
        """End the children, or leave them to who is next."""
        with self._given_back:
            self._closed = True
            children, self._idle = self._idle, []
        for child in children:
            if self._spare is None:
                child.end()
            else:
                self._spare.keep(child)

    @contextmanager
    def _lent(self, *, large: bool) -> Iterator["_Child"]:
        """Lend a child; one that failed, or that keeps more than a small one may, is ended."""
        child = self._take()
        kept = well = False
        try:
            child.hold_to(self._memory if large else self._small_memory)
            yield child
            kept, well = not large or child.size() <= self._small_memory // 2, True
        except RefusedError:
            kept, well = not large, True
            raise
        finally:
            self._give_back(child, kept=kept)
            if not well and self._restarted is not None:
                self._restarted()

    def _take(self) -> "_Child":
        """Give an idle one; another is made where none comes soon."""
        with self._given_back:
            if self._busy:
                self._given_back.wait_for(lambda: self._idle or not self._busy, self._soon)
            child = self._idle.pop() if self._idle else self._made()
            self._busy += 1
            return child

    def _made(self) -> "_Child":
        return _Child(self._memory, _environment()) if self._spare is None else self._spare.take(self._memory)

    def _give_back(self, child: "_Child", *, kept: bool) -> None:
        with self._given_back:
            self._busy -= 1
            is_idle = kept and not self._closed
            if is_idle:
                self._idle.append(child)
            self._given_back.notify()
        if not is_idle:
            child.end()


def _environment() -> Mapping[str, str]:
    """Give what a child knows of its surroundings: nothing secret."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "PYTHONPATH": os.pathsep.join(path or "." for path in sys.path)}


class _Child:
    """One child process and its two pipes."""

    def __init__(self, memory: int, environment: Mapping[str, str]) -> None:
        self._made_with = memory, environment
        command = [
            sys.executable,
            "-c",
            "from connectors.sandbox.child import serve; serve()",
            str(memory),
        ]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own words
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, bufsize=0
            )
        except BlockingIOError as error:
            raise ShortageError(NO_MORE, "Raise TasksMax= of its service (ulimit -u in a shell)") from error
        assert self._process.stdin is not None  # noqa: S101 - asked for above
        assert self._process.stdout is not None  # noqa: S101 - asked for above
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        self._memory = memory
        os.set_blocking(self._stdin.fileno(), False)
        os.set_blocking(self._stdout.fileno(), False)

    def is_made_with(self, memory: int, environment: Mapping[str, str]) -> bool:
        """Tell whether it was made with just these."""
        return self._made_with == (memory, environment)

    def lives(self) -> bool:
        """Tell whether it has not ended by itself."""
        return self._process.poll() is None

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

    def ask(self, task: str, payload: bytes, cpu: float, clock: Clock, standstill: float) -> bytes:
        """Send a task and wait for its answer, for as long as the child gets on with it."""
        order = json.dumps({"task": task, "cpu": cpu, "memory": self._memory}).encode()
        outgoing = b"".join((HEAD.pack(DONE, len(order)), order, HEAD.pack(DONE, len(payload)), payload))
        incoming = self._exchange(memoryview(outgoing), _Patience(clock, standstill, self.used))
        kind, _length = HEAD.unpack_from(incoming)
        if kind == REFUSED:
            what, remedy = json.loads(incoming[HEAD.size :])
            raise RefusedError(what, remedy)
        if kind == FAILED:
            raise UnfinishedError(f"it could not be read: {incoming[HEAD.size :].decode('utf-8', 'replace')}")
        return bytes(memoryview(incoming)[HEAD.size :])

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
        piece = os.read(self._stdout.fileno(), PIECE)
        if not piece:
            raise UnfinishedError("it took too much time or memory")
        return piece

    def _sent(self, outgoing: memoryview) -> int:
        try:
            return os.write(self._stdin.fileno(), outgoing[:PIECE])
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

    def __init__(self, clock: Clock, standstill: float, used: Callable[[], float]) -> None:
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
    if len(incoming) < HEAD.size:
        return False
    _kind, length = HEAD.unpack_from(incoming)
    if length > LARGEST_ANSWER:
        raise UnfinishedError(GROWS)
    return len(incoming) >= HEAD.size + int(length)
