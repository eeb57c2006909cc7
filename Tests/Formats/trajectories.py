"""Trajectories as programs read them: ours from a data set's arrays, others from their own libraries; how they compare."""

import dataclasses
import glob
import json
import os

import numpy as np

# Lengths in Å, times in ps.
LENGTHS = {"Å": 1.0, "nm": 10.0, "bohr": 0.529177210903}
TIMES = {"ps": 1.0, "fs": 1e-3, "ns": 1e3}


@dataclasses.dataclass
class Frames:
    """Frames of one trajectory, particles in the order of their numbers. Fields that are None are not known."""

    positions: list  # of [n, d]
    species: list | None = None  # of n names
    times: list | None = None
    boxes: list | None = None  # of (origin [d], edges [d, d], the rows a, b, c)
    features: list | None = None  # of [n, c]
    boundaries: str | None = None  # p, f or s along each axis
    length_unit: str = "1"
    time_unit: str = "1"


def read_store(folder):
    """The trajectories of a data set and its description: NumPy alone, nothing of ours."""
    description = json.load(open(f"{folder}/dataset.json"))["description"]
    kinds, dimension = description["speciesNames"], description["dimension"]
    offset = np.array(description.get("positionOffset") or [0.0] * dimension)
    box = description.get("box")
    frames = {}
    for shard in sorted(glob.glob(f"{folder}/shard-[0-9]*")):
        arrays = {os.path.basename(p)[:-4]: np.load(p) for p in glob.glob(f"{shard}/*.npy")}
        offsets, first = arrays["offsets"].ravel(), json.load(open(f"{shard}/shard.json"))["firstTrajectory"]
        for f, owner in enumerate(arrays["trajectory"]):
            known = frames.setdefault(int(owner) + first if first and owner < first else int(owner), _empty(description))
            rows = offsets[f * len(kinds) : (f + 1) * len(kinds) + 1]
            known.positions.append(arrays["positions"][rows[0] : rows[-1]].astype(float) + offset)
            known.species.append(list(np.repeat(kinds, np.diff(rows))))
            known.times.append(float(arrays["time"][f]))
            if "features" in arrays:
                known.features.append(arrays["features"][rows[0] : rows[-1]].astype(float))
            if "boxes" in arrays:
                b = arrays["boxes"][f]
                known.boxes.append((b[:dimension] + offset, b[dimension:].reshape(dimension, dimension)))
            elif box:
                edges = box.get("edges") or np.diag(box["lengths"])
                known.boxes.append((np.array(box["origin"]) + offset, np.array(edges, float)))
    for one in frames.values():
        one.boxes = one.boxes or None
        one.features = one.features or None
    return [frames[m] for m in sorted(frames)], description


def _empty(description):
    letters = {"periodic": "p", "reflecting": "f", "open": "s"}
    box, units = description.get("box"), description.get("units") or {}
    return Frames(
        positions=[], species=[], times=[], boxes=[], features=[],
        boundaries="".join(letters[b] for b in box["boundaries"]) if box else "s" * description["dimension"],
        length_unit=units.get("position", "1"), time_unit=units.get("time", "1"),
    )  # fmt: skip


def by_species(frames, kinds):
    """The same frames, particles sorted by species as in our data sets; equal ones stay in their order."""
    if frames.species is None:
        return frames
    orders = [np.argsort([kinds.index(s) if s in kinds else len(kinds) for s in of], kind="stable") for of in frames.species]
    sort = lambda arrays: None if arrays is None else [np.asarray(a)[o] for a, o in zip(arrays, orders)]
    return dataclasses.replace(
        frames, positions=sort(frames.positions), features=sort(frames.features),
        species=[list(np.array(s)[o]) for s, o in zip(frames.species, orders)],
    )  # fmt: skip


def distance(ours, theirs, frame):
    """The greatest distance of positions in a frame; places that are a period apart are the same."""
    difference = ours.positions[frame] - np.asarray(theirs.positions[frame], float) * factor(theirs, ours)
    if ours.boxes and difference.size:
        edges = ours.boxes[frame][1]
        parts = difference @ np.linalg.inv(edges)
        periodic = np.array([b == "p" for b in ours.boundaries])
        difference = difference - (np.round(parts) * periodic) @ edges
    return float(np.abs(difference).max(initial=0))


def factor(theirs, ours):
    """By which lengths of `theirs` become those of `ours`."""
    known = theirs.length_unit in LENGTHS and ours.length_unit in LENGTHS
    return LENGTHS[theirs.length_unit] / LENGTHS[ours.length_unit] if known else 1.0


def time_factor(theirs, ours):
    known = theirs.time_unit in TIMES and ours.time_unit in TIMES
    return TIMES[theirs.time_unit] / TIMES[ours.time_unit] if known else 1.0


def is_inside(frames, frame):
    """Whether all particles are in the box along its periodic edges, the upper end included."""
    if not frames.boxes or "p" not in frames.boundaries:
        return True
    origin, edges = frames.boxes[frame]
    parts = (frames.positions[frame] - origin) @ np.linalg.inv(edges)
    periodic = [i for i, b in enumerate(frames.boundaries) if b == "p"]
    return bool(((parts[:, periodic] > -1e-5) & (parts[:, periodic] < 1 + 1e-5)).all())
