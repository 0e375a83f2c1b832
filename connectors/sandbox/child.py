"""The inside of a child process: it has no secrets, writes no file, and is held by the kernel."""

import json
import logging
import math
import os
import resource
import signal
import sys
import warnings
from collections.abc import Mapping
from types import TracebackType

from connectors.sandbox.pipe import DONE, FAILED, GROWS, HEAD, LARGEST_ANSWER, PIECE, REFUSED
from connectors.sandbox.task import TASK_FAULTS, function_of, words_of
from engine.errors import GatherlyError
from engine.trouble import met


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
            kind, answer = FAILED, GROWS.encode()
        _write(answers, HEAD.pack(kind, len(answer)) + answer)


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
    run = function_of(str(order["task"]))
    _hold(float(str(order["cpu"])), int(str(order["memory"])))
    try:
        return DONE, run(payload)
    except GatherlyError as error:
        return REFUSED, json.dumps([error.what, error.remedy]).encode()
    except TASK_FAULTS as error:
        return FAILED, words_of(error).encode("utf-8", "replace")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """End of an error that nobody foresaw: its class and place, never its words, on standard error."""
    print(f"A child ended: {met(error)}", file=sys.stderr)


def _frame() -> bytes | None:
    head = _read(HEAD.size)
    if head is None:
        return None
    _kind, length = HEAD.unpack(head)
    return _read(int(length))


def _read(length: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < length:
        piece = os.read(0, min(PIECE, length - len(parts)))
        if not piece:
            return None
        parts += piece
    return bytes(parts)


def _write(handle: int, answer: bytes) -> None:
    rest = memoryview(answer)
    while rest:
        rest = rest[os.write(handle, rest[:PIECE]) :]
