"""H5MD files of pyh5md, and of h5py as the format's text allows; arrays in plain HDF5."""

import importlib.metadata

import h5py
import numpy as np
import pyh5md

from trajectories import Frames
from trial import check

VERSION = f"pyh5md {importlib.metadata.version('pyh5md')}"
BY_HAND = f"h5py {h5py.__version__}"
SIZE = np.array([9.0, 8.0, 7.0])


def points(frames=3, n=10, axes=3):
    return np.random.default_rng(3).random((frames, n, axes)) * SIZE[:axes]


def write(path, store, **options):
    """A file of pyh5md: step and time of each frame (`time`), or by a number (`linear`)."""
    x = points()
    with pyh5md.File(path, "w", author="nobody") as file:
        group = file.particles_group("all")
        group.create_box(dimension=3, boundary=["periodic"] * 3, store="fixed", data=SIZE)
        pyh5md.element(group, "species", store="fixed", data=np.arange(x.shape[1]) % 2 + 1)
        elements = [pyh5md.element(group, name, store=store, data=x[0], **options) for name in ("position", "velocity")]
        for k, one in enumerate(x):
            where = (10 * k, 0.5 * k) if store == "time" else ()
            for element, value in zip(elements, (one, -one)):
                element.append(value, *where)


def read(path, axes=3):
    """As pyh5md reads it: arrays by their names."""
    with pyh5md.File(path, "r") as file:
        group = file.particles_group("all")
        position = pyh5md.element(group, "position")
        n = position.value.shape[1]
        edges = file["particles/all/box/edges"][()]
        edges = np.diag(edges) if edges.ndim == 1 else edges
        times = position.time
        times = np.asarray(times[:] if getattr(times, "shape", ()) else np.arange(len(position.value)) * times[()])
        return Frames(
            positions=list(position.value[:]), times=list(times.astype(float)), boxes=[(np.zeros(axes), edges)] * len(times),
            species=[[f"{v}" for v in np.arange(n) % 2 + 1]] * len(times), boundaries="p" * axes,
            features=list(pyh5md.element(group, "velocity").value[:]),
        )  # fmt: skip


@check("H5MD", VERSION)
def step_and_time_of_each_frame(t):
    write(t.path("a.h5"), "time", time=True)
    theirs = read(t.path("a.h5"))
    t.compare(t.read("a.h5", "--features", "vx,vy,vz"), theirs)


@check("H5MD", VERSION)
def step_and_time_by_a_number(t):
    """`linear`: step and time are scalars, the interval of frames."""
    write(t.path("a.h5"), "linear", step=10, time=0.25)
    t.compare(t.read("a.h5", "--features", "vx,vy,vz"), read(t.path("a.h5")))


def by_hand(path, position, edges=None, boundary=("periodic",) * 3, species=None, box_is_fixed=True, **attributes):
    """A file by h5py: `position` are the data sets of that element."""
    with h5py.File(path, "w") as file:
        file.create_group("h5md").attrs["version"] = [1, 1]
        group = file.create_group("particles/all")
        box = group.create_group("box")
        box.attrs["dimension"] = len(boundary)
        box.attrs["boundary"] = np.array(boundary, dtype="S8")
        element = group.create_group("position")
        for name, data in position.items():
            element[name] = data
        for name, value in attributes.items():
            target, key = name.split("__")
            element[target].attrs[key] = value
        if edges is not None and box_is_fixed:
            box["edges"] = edges
        elif edges is not None:
            moving = box.create_group("edges")
            moving["value"] = edges
            moving["step"], moving["time"] = element["step"], element["time"]
        if species is not None:
            group["species"] = species


@check("H5MD", BY_HAND)
def offsets_of_scalars(t):
    """Scalars with the attribute `offset`: the first frame's step and time."""
    x = points()
    by_hand(t.path("a.h5"), {"value": x, "step": 10, "time": 0.25}, edges=SIZE, step__offset=100, time__offset=2.5, value__unit="nm",
            time__unit="ps")  # fmt: skip
    ours = t.read("a.h5")
    theirs = Frames(list(x), times=[2.5, 2.75, 3.0], boxes=[(np.zeros(3), np.diag(SIZE))] * 3, boundaries="ppp")
    theirs.length_unit, theirs.time_unit = "nm", "ps"
    t.compare(ours, theirs)
    t.same("units", [ours.length_unit, ours.time_unit], ["nm", "ps"])
    converted = t.read("a.h5", "--length-unit", "Å", "--time-unit", "fs")
    t.same("times in fs", converted.times, [2500, 2750, 3000], 1e-6)
    t.same("edges in Å", np.diag(converted.boxes[0][1]), 10 * SIZE, 1e-4)


@check("H5MD", BY_HAND)
def steps_without_times(t):
    """Only `step`: times are those of --time-step."""
    x = points()
    by_hand(t.path("a.h5"), {"value": x, "step": np.array([0, 20, 40])}, edges=SIZE)
    theirs = Frames(list(x), times=[0, 0.1, 0.2], boxes=[(np.zeros(3), np.diag(SIZE))] * 3, boundaries="ppp")
    t.compare(t.read("a.h5", "--time-step", 0.005), theirs, time_precision=1e-12)


@check("H5MD", BY_HAND)
def edges_of_each_frame(t):
    """A tilted box that changes, as a matrix whose rows are the edges."""
    x = points()
    matrix = np.array([[9.0, 0, 0], [1.0, 8.0, 0], [-1.0, 0.5, 7.0]])
    edges = np.array([matrix * (1 + 0.01 * k) for k in range(3)])
    by_hand(t.path("a.h5"), {"value": x, "step": np.arange(3), "time": np.arange(3) * 0.5}, edges=edges, box_is_fixed=False)
    theirs = Frames(list(x), times=[0, 0.5, 1.0], boxes=[(np.zeros(3), e) for e in edges], boundaries="ppp")
    t.compare(t.read("a.h5"), theirs)


@check("H5MD", BY_HAND)
def partly_periodic(t):
    x = points()
    by_hand(t.path("a.h5"), {"value": x, "step": np.arange(3), "time": np.arange(3.0)}, edges=SIZE,
            boundary=("periodic", "none", "periodic"))  # fmt: skip
    ours = t.read("a.h5")
    t.compare(ours, Frames(list(x), times=[0, 1, 2], boundaries="psp"))


@check("H5MD", BY_HAND)
def two_dimensions(t):
    x = points(axes=2)
    by_hand(t.path("a.h5"), {"value": x, "step": np.arange(3), "time": np.arange(3.0)}, edges=SIZE[:2], boundary=("periodic",) * 2)
    theirs = Frames(list(x), times=[0, 1, 2], boxes=[(np.zeros(2), np.diag(SIZE[:2]))] * 3, boundaries="pp")
    t.compare(t.read("a.h5"), theirs)


@check("H5MD", BY_HAND)
def names_of_species(t):
    """An enumeration names them."""
    x = points()
    kind = h5py.enum_dtype({"A": 3, "B": 7}, basetype="i")
    species = np.where(np.arange(10) % 2, 7, 3).astype(kind)
    by_hand(t.path("a.h5"), {"value": x, "step": np.arange(3), "time": np.arange(3.0)}, edges=SIZE, species=species)
    theirs = Frames(list(x), species=[["A", "B"] * 5] * 3, times=[0, 1, 2], boundaries="ppp")
    t.compare(t.read("a.h5"), theirs)


@check("HDF5", BY_HAND)
def arrays_that_are_named(t):
    x = points()
    with h5py.File(t.path("a.h5"), "w") as file:
        file["run/x"], file["run/t"], file["run/box"], file["run/kinds"] = x, [0, 2, 4.0], SIZE, np.arange(10) % 2
    theirs = Frames(list(x), times=[0, 2, 4], boxes=[(np.zeros(3), np.diag(SIZE))] * 3, boundaries="ppp")
    theirs.species = [["a", "b"] * 5] * 3
    ours = t.read("a.h5", "--format", "hdf5,positions=/run/x,times=/run/t,box=/run/box,types=/run/kinds")
    kinds = t.description["speciesNames"]
    theirs.species = [[kinds[k] for k in np.arange(10) % 2]] * 3
    t.compare(ours, theirs)
