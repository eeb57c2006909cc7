"""Files of the package gsd, which stands for HOOMD-blue: the layout is its own, and HOOMD writes through it."""

import gsd.hoomd
import numpy as np

from trajectories import Frames
from trial import check

VERSION = f"gsd {gsd.version.version}"


def write(path, frames):
    with gsd.hoomd.open(path, "w") as file:
        for frame in frames:
            file.append(frame)
    return path


def frame(step, positions, box, types=("A", "B"), typeid=None):
    one = gsd.hoomd.Frame()
    one.configuration.step, one.configuration.box = step, box
    one.particles.N, one.particles.position = len(positions), positions
    one.particles.types = list(types)
    one.particles.typeid = typeid if typeid is not None else np.arange(len(positions)) % len(types)
    return one


def edges_of(box):
    """The rows a, b, c of Lx, Ly, Lz, xy, xz, yz, and the corner of a box around 0."""
    x, y, z, xy, xz, yz = box
    edges = np.array([[x, 0, 0], [xy * y, y, 0], [xz * z, yz * z, z]], float)
    return -edges.sum(0) / 2, edges


def read(path, axes=3):
    """The frames as gsd's reader has them."""
    found = Frames(positions=[], species=[], times=[], boxes=[], boundaries="p" * axes)
    with gsd.hoomd.open(path, "r") as file:
        for one in file:
            names = one.particles.types
            corner, edges = edges_of(one.configuration.box)
            found.positions.append(one.particles.position[:, :axes])
            found.species.append([names[i] for i in one.particles.typeid])
            found.times.append(one.configuration.step)
            found.boxes.append((corner[:axes], edges[:axes, :axes]))
    return found


def points(seed, n, size):
    return ((np.random.default_rng(seed).random((n, 3)) - 0.5) * size).astype(np.float32)


@check("GSD", VERSION)
def wrapped_in_a_cube(t):
    """Types, steps as times, a box around 0."""
    frames = [frame(s, points(s, 12, 8), [8, 8, 8, 0, 0, 0]) for s in (0, 100, 200)]
    path = write(t.path("a.gsd"), frames)
    t.compare(t.read(path, "--time-step", 1), read(path))
    scaled = t.read(path, "--time-step", 0.005)
    t.same("times by --time-step", scaled.times, [0, 0.5, 1], 1e-12)
    t.same("without --time-step it is said that times are steps", t.survey(path)["saysTimes"], False)


@check("GSD", VERSION)
def tilted_and_changing(t):
    """A tilted box that grows."""
    boxes = [[8 + k, 9, 10, 0.2, -0.1, 0.3] for k in range(3)]
    frames = []
    for k, box in enumerate(boxes):
        corner, edges = edges_of(box)
        frames.append(frame(k, corner + (points(k, 12, 1) + 0.5) @ edges, box))
    path = write(t.path("a.gsd"), frames)
    t.compare(t.read(path, "--time-step", 1), read(path))


@check("GSD", VERSION)
def frame_that_sets_nothing(t):
    """It has frame 0's values, not those of the frame before."""
    empty = gsd.hoomd.Frame()
    empty.particles.N = 6  # As frame 0: nothing is written of it.
    others = [frame(0, points(0, 6, 8), [8, 8, 8, 0, 0, 0]), frame(1, points(1, 6, 9), [9, 9, 9, 0, 0, 0])]
    path = write(t.path("a.gsd"), others)
    empty.configuration.step = 2
    with gsd.hoomd.open(path, "r+") as file:
        file.append(empty)
    with gsd.hoomd.open(path, "r") as file:
        t.same("number of particles as gsd reads it", int(file[2].particles.N), 6, tell=False)
    ours = t.read(path, "--time-step", 1)
    t.compare(ours, read(path))
    t.same("the third frame's positions are the first's", ours.positions[2], ours.positions[0])


@check("GSD", VERSION)
def number_of_particles_changes(t):
    """Frames with another number have the schema's defaults: type 0, mass 1."""
    first = frame(0, points(0, 3, 5), [5, 5, 5, 0, 0, 0], typeid=[0, 1, 1])
    first.particles.mass, first.particles.velocity = [2, 3, 4], points(7, 3, 1)
    others = []
    for step, n in ((1, 3), (2, 4), (3, 2)):
        one = gsd.hoomd.Frame()
        one.configuration.step = step
        one.particles.N, one.particles.position = n, points(step, n, 5)
        others.append(one)
    path = write(t.path("a.gsd"), [first, *others])
    ours, theirs = t.read(path, "--time-step", 1, "--features", "mass,vx,vy,vz"), read(path)
    with gsd.hoomd.open(path, "r") as file:
        theirs.features = [np.column_stack([f.particles.mass, f.particles.velocity]) for f in file]
    t.compare(ours, theirs)


@check("GSD", VERSION)
def two_dimensions(t):
    """`dimensions` decides, whatever the height of the box is."""
    flat = points(3, 10, 6) * [1, 1, 0]
    for height in (0, 1):
        one = frame(0, flat, [6, 6, height, 0.1, 0, 0])
        one.configuration.dimensions = 2
        path = write(t.path(f"{height}.gsd"), [one])
        t.compare(t.read(path, "--time-step", 1), read(path, axes=2))
    solid = frame(0, points(3, 10, 6), [6, 6, 6, 0, 0, 0])
    t.same("3 where nothing is said", t.survey(write(t.path("3.gsd"), [solid]))["dimension"], 3)


@check("GSD", VERSION)
def columns_of_a_log(t):
    """Quantities of particles in the log become features by their names; those of one number are arrays of one."""
    frames = []
    for step in range(2):
        one = frame(step, points(step, 6, 8), [8, 8, 8, 0, 0, 0])
        one.particles.charge, one.particles.image = points(9, 6, 1)[:, 0], [[1, 0, -1]] * 6
        one.log["particles/energy"] = points(step + 20, 6, 1)[:, 0].astype(float)
        one.log["md/kinetic_energy"] = np.array([1.5 + step])
        frames.append(one)
    path = write(t.path("a.gsd"), frames)
    ours, theirs = t.read(path, "--time-step", 1, "--features", "charge,energy"), read(path)
    theirs.features = [np.column_stack([f.particles.charge, f.log["particles/energy"]]) for f in frames]
    t.compare(ours, theirs)
    unwrapped = t.read(path, "--time-step", 1, "--unwrap")
    t.same("--unwrap adds images × edges", unwrapped.positions[0] - ours.positions[0], [[8, 0, -8]] * 6, 1e-5)
