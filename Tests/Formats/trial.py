"""A check's scratch folder, our program, and what agreed and what differed."""

import contextlib
import json
import os
import subprocess
import sys
import warnings

import numpy as np

import trajectories

CHECKS = []


def check(format, writer, needs=()):
    """Registers a check of files of `format` that `writer` makes; `needs` are programs beside the module's own library."""

    def register(function):
        CHECKS.append((format, writer, tuple(needs), function))
        return function

    return register


class Trial:
    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder
        self.agreed, self.differences, self.faults = [], [], []

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", newline="") as file:
            file.write(text)
        return self.path(name)

    # What our program does.

    def run(self, *arguments):
        """Our program's exit code, output and messages."""
        result = subprocess.run(
            [self.binary, *map(str, arguments)], cwd=self.folder, capture_output=True, text=True, timeout=120
        )
        return result.returncode, result.stdout, result.stderr

    def read_all(self, *arguments):
        """The trajectories that `import` makes of files."""
        store = self.path(f"store-{len(os.listdir(self.folder))}.dataset")
        code, _, messages = self.run("import", *arguments, "--output", store, "--threads", 1)
        self.messages = messages
        if code != 0:
            raise Refused(f"import {' '.join(map(str, arguments))}: exit {code}: {messages.strip()[-300:]}")
        found, self.description = trajectories.read_store(store)
        return found

    def read(self, *arguments):
        """The one trajectory that `import` makes of files."""
        found = self.read_all(*arguments)
        self.same("number of trajectories", len(found), 1, tell=False)
        return found[0]

    def survey(self, *arguments):
        """What `import --dry-run` says of files."""
        code, text, messages = self.run("import", *arguments, "--dry-run", "--json", "--all-frames")
        if code != 0:
            raise Refused(f"import --dry-run: exit {code}: {messages.strip()[-300:]}")
        return json.loads(text)

    # What is compared.

    def same(self, what, ours, theirs, precision=0.0, tell=True):
        """Demands that two values, or arrays, are the same to a precision."""
        if isinstance(theirs, (str, bool, type(None))) or isinstance(ours, str):
            agrees = ours == theirs
        elif is_ragged(ours) or is_ragged(theirs):
            agrees = [list(a) for a in ours] == [list(b) for b in theirs]
        else:
            a, b = np.asarray(ours), np.asarray(theirs)
            agrees = a.shape == b.shape and (
                bool(np.all(np.abs(a - b) <= precision)) if a.dtype.kind in "fiu" and b.dtype.kind in "fiu" else
                a.tolist() == b.tolist()
            )  # fmt: skip
        if agrees and tell:
            self.agreed.append(what)
        if not agrees:
            self.faults.append(f"{what}: ours {short(ours)}, theirs {short(theirs)}")

    def differs(self, what, ours, theirs, why):
        """Demands that a reader of others still says something else than ours, which is known, with its reason."""
        a, b = np.asarray(ours, float), np.asarray(theirs, float)
        if a.shape == b.shape and np.allclose(a, b, rtol=1e-4, atol=1e-4):
            self.faults.append(f"{what}: the same now, {short(ours)}, and was another ({why})")
        else:
            self.differences.append(f"{what}: {why}; ours {short(ours)}, theirs {short(theirs)}")

    def compare(self, ours, theirs, precision=1e-5, time_precision=1e-6, skip=()):
        """Compares all that both know: frames, positions, boxes, times, species, features."""
        theirs = trajectories.by_species(theirs, self.description["speciesNames"])
        if len(ours.positions) != len(theirs.positions):
            self.faults.append(f"frames: ours {len(ours.positions)}, theirs {len(theirs.positions)}")
            return
        if theirs.species is not None and "species" not in skip:
            self.same("species", ours.species, theirs.species)
        self.positions(ours, theirs, precision)
        if theirs.boxes is not None and "boxes" not in skip:
            self.boxes(ours, theirs, precision)
        if theirs.times is not None and "times" not in skip:
            times = np.array(theirs.times, float) * trajectories.time_factor(theirs, ours)
            self.same("times", ours.times, times, time_precision)
        if theirs.features is not None:
            for a, b in zip(ours.features or [], theirs.features):
                self.same("features", a, b, precision * max(1, np.abs(b).max(initial=0)), tell=False)
            self.same("features", bool(ours.features), True)
        for what in ("boundaries", "length_unit", "time_unit"):
            wanted = getattr(theirs, what)
            if wanted not in (None, "1") and what not in skip and (what == "boundaries" or wanted != getattr(ours, what)):
                have = getattr(ours, what)
                known = {**trajectories.LENGTHS, **trajectories.TIMES}
                self.same(what, have if what == "boundaries" else have in known, wanted if what == "boundaries" else True)

    def positions(self, ours, theirs, precision):
        for frame, (a, b) in enumerate(zip(ours.positions, theirs.positions)):
            if a.shape != np.shape(b):
                self.faults.append(f"positions of frame {frame}: ours {a.shape}, theirs {np.shape(b)}")
                return
            gap = trajectories.distance(ours, theirs, frame)
            if not gap <= precision:
                self.faults.append(f"positions of frame {frame}: up to {gap:.3g} apart, {precision:g} allowed")
                return
            if not trajectories.is_inside(ours, frame):
                self.faults.append(f"positions of frame {frame}: some of ours are outside of the periodic box")
                return
        self.agreed.append(f"positions to {precision:g}")

    def boxes(self, ours, theirs, precision):
        if ours.boxes is None:
            self.faults.append(f"boxes: ours none, theirs {short(theirs.boxes[0][1])}")
            return
        scale = trajectories.factor(theirs, ours)
        for frame, (a, b) in enumerate(zip(ours.boxes, theirs.boxes)):
            for what, x, y in zip(("corner of the box", "edges of the box"), a, b):
                if y is not None and not np.allclose(x, np.asarray(y, float) * scale, rtol=1e-6, atol=precision):
                    self.faults.append(f"{what} in frame {frame}: ours {short(x)}, theirs {short(np.asarray(y) * scale)}")
                    return
        self.agreed.append("boxes")


class Refused(Exception):
    """Our program does not take a file."""


class NotRun(Exception):
    """A program is not on this machine."""


def is_ragged(values):
    """Whether these are lists of different lengths."""
    return isinstance(values, list) and len({len(v) for v in values if isinstance(v, (list, np.ndarray))}) > 1


def short(value):
    """A value for the table."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        value = np.round(value, 6)
    text = str(value.tolist() if isinstance(value, np.ndarray) else value).replace("np.str_", "").replace("np.float64", "")
    return text if len(text) < 110 else text[:107] + "…"


@contextlib.contextmanager
def quiet():
    """Keeps what libraries print, in C, too, from the table."""
    sys.stdout.flush()
    kept = [(stream, os.dup(stream)) for stream in (1, 2)]
    with open(os.devnull, "w") as nothing, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for stream, _ in kept:
            os.dup2(nothing.fileno(), stream)
        try:
            yield
        finally:
            sys.stdout.flush()
            for stream, copy in kept:
                os.dup2(copy, stream)
                os.close(copy)
