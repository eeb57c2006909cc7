"""The contenders as things that can be asked for the rate of a row."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
OURS = ROOT / ".build" / "release" / "macrostate-benchmark"
PEERS = ROOT / "Benchmarks" / "peers"
PEERS_PYTHON = ROOT / ".environment" / "peers" / "bin" / "python"

# Names the dump that the row import-dump reads, for every contender.
DUMP = "MACROSTATE_BENCHMARK_DUMP"

# glibc gives large blocks back to the system after every step, and the page faults that follow halve JAX's speed and
# PyTorch's: like everyone who measures them with care, let the C library keep its memory.
KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "4000000000", "MALLOC_TRIM_THRESHOLD_": "8000000000"}


class Failure(Exception):
    """A contender that did not answer, with its own last words."""


def pinned(threads):
    """Binds a child to the first `threads` processors, where the system can (Linux)."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    processors = sorted(os.sched_getaffinity(0))[:threads]
    return lambda: os.sched_setaffinity(0, processors)


def parsed(line, who):
    """The answer in one line of JSON, its rate a positive number or null."""
    try:
        reply = json.loads(line)
        rate = reply["rate"]
        if rate is None or rate > 0:
            return reply
    except (ValueError, KeyError, TypeError):
        pass
    raise Failure(f"{who} answered what is no rate: {line.strip()!r}")


class Ours:
    """`macrostate-benchmark ROW --batch B --threads T --seconds S`, a process a question; one JSON line on stdout."""

    name = "macrostate"

    def __init__(self, threads, program=OURS):
        self.threads = threads
        self.program = program
        if not program.exists():
            raise Failure(f"{program} is missing: run swift build -c release --product macrostate-benchmark")

    def ask(self, row, batch, seconds):
        command = [self.program, row, "--batch", batch, "--threads", self.threads, "--seconds", seconds]
        if DUMP in os.environ:
            command += ["--dump", os.environ[DUMP]]
        try:
            done = subprocess.run(
                [str(word) for word in command],
                capture_output=True,
                text=True,
                timeout=60 + 20 * seconds,
                preexec_fn=pinned(self.threads),
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Failure(f"macrostate-benchmark {row}: {error}") from error
        if done.returncode != 0:
            raise Failure(f"macrostate-benchmark {row} ended with {done.returncode}: {done.stderr.strip()[-400:]}")
        lines = done.stdout.strip().splitlines()
        return parsed(lines[-1] if lines else "", "macrostate-benchmark")

    def close(self):
        pass


class Peer:
    """A worker that stays (peers/worker.py), so that it compiles once; idle while the others run."""

    def __init__(self, name, threads):
        self.name = name
        if not PEERS_PYTHON.exists():
            raise Failure(f"{name}: {PEERS_PYTHON} is missing: run Benchmarks/setup")
        self.words = tempfile.TemporaryFile(mode="w+")
        self.worker = subprocess.Popen(
            [str(PEERS_PYTHON), str(PEERS / "worker.py"), name, "--threads", str(threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.words,
            text=True,
            env=os.environ | KEEP_MEMORY,
            preexec_fn=pinned(threads),
        )

    def ask(self, row, batch, seconds):
        # The first question also compiles, and tries every formulation.
        watchdog = threading.Timer(300 + 20 * seconds, self.worker.kill)
        watchdog.start()
        try:
            print(json.dumps({"row": row, "batch": batch, "seconds": seconds}), file=self.worker.stdin, flush=True)
            line = self.worker.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            watchdog.cancel()
        if not line:
            self.words.seek(0)
            words = self.words.read().strip().splitlines() or ["no message"]
            raise Failure(f"{self.name} ended: {words[-1]}")
        return parsed(line, self.name)

    def close(self):
        with contextlib.suppress(BrokenPipeError):
            self.worker.stdin.close()
        self.worker.wait()
        self.words.close()


def present(names, threads):
    """Those of the named contenders that can start; a line on stderr about each other one."""
    contenders = []
    for name in names:
        try:
            contenders.append(Ours(threads) if name == Ours.name else Peer(name, threads))
        except Failure as failure:
            print(f"left out: {failure}", file=sys.stderr)
    return contenders
