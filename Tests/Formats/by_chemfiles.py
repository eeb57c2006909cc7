"""Files that chemfiles writes rightly, and where its reading differs from ours, which uses it for some formats."""

import importlib.metadata

import chemfiles
import numpy as np

from trajectories import Frames
from trial import check

VERSION = f"chemfiles {importlib.metadata.version('chemfiles')}"
chemfiles.set_warnings_callback(lambda message: None)


def write(path, n=12, frames=3, angles=(90, 90, 90), velocities=False, format=""):
    """A trajectory in Å and ps; gives the cells' matrices."""
    random, edges = np.random.default_rng(2), []
    with chemfiles.Trajectory(path, "w", format) as file:
        for k in range(frames):
            frame = chemfiles.Frame()
            frame.cell = chemfiles.UnitCell([30.0 + k, 28.0, 26.0], list(angles))
            matrix = np.array(frame.cell.matrix)
            if velocities:
                frame.add_velocities()
            for i in range(n):
                position = (matrix @ (random.random(3) * 1.4 - 0.2)).tolist()
                frame.add_atom(chemfiles.Atom("Ar" if i % 2 else "Ne"), position, *([[1.0 * i, 2.0, 3.0 + k]] if velocities else []))
            frame.step, frame["time"] = 10 * k, 0.5 * k
            file.write(frame)
            edges.append(matrix.T)
    return edges


def read(path, velocities=False, format="", has_times=True):
    found = Frames(positions=[], times=[], boxes=[], species=[], length_unit="Å", time_unit="ps", boundaries="ppp")
    found.features = [] if velocities else None
    with chemfiles.Trajectory(path, "r", format) as file:
        for k in range(file.nsteps):
            frame = file.read()
            found.positions.append(np.array(frame.positions))
            found.boxes.append((np.zeros(3), np.array(frame.cell.matrix).T))
            found.species.append([atom.name for atom in frame.atoms])
            if has_times:
                found.times.append(frame["time"])
            if velocities:
                found.features.append(np.array(frame.velocities))
    if not any(any(of) for of in found.species):
        found.species = None
    if not has_times:
        found.times = None
    return found


@check("TRR", VERSION)
def trr(t):
    write(t.path("a.trr"), angles=(80, 75, 95), velocities=True)
    theirs = read(t.path("a.trr"), velocities=True)
    t.compare(t.read("a.trr", "--features", "vx,vy,vz", "--length-unit", "Å"), theirs, precision=1e-4)


@check("XTC", VERSION)
def xtc(t):
    write(t.path("a.xtc"), angles=(80, 75, 95))
    t.compare(t.read("a.xtc"), read(t.path("a.xtc")), precision=1e-4)


@check("Amber NetCDF", VERSION)
def netcdf(t):
    """chemfiles writes the times of NetCDF, and does not read them."""
    write(t.path("a.nc"), velocities=True)
    theirs = read(t.path("a.nc"), velocities=True, has_times=False)
    t.compare(t.read("a.nc", "--features", "vx,vy,vz", "--time-step", 1), theirs, precision=1e-4)


@check("DCD", VERSION + " as reader")
def times_of_dcd(t):
    """By MDAnalysis: chemfiles gives times in units of 0.04888821 ps."""
    import by_mdanalysis

    path = by_mdanalysis.write(t.path("a.dcd"))
    ours, theirs = t.read("a.dcd"), read(path)
    t.compare(ours, theirs, precision=5e-5, skip=["times"])
    t.differs("times", ours.times, theirs.times, "chemfiles leaves them in the header's unit of 0.04888821 ps")


@check("LAMMPS custom", VERSION + " as reader")
def bounds_of_a_tilted_box(t):
    """chemfiles takes the bounds of the box around for the box."""
    text = ["ITEM: TIMESTEP", "0", "ITEM: NUMBER OF ATOMS", "2", "ITEM: BOX BOUNDS xy xz yz pp pp pp", "-3 10 -3", "0 10 0", "0 10 0",
            "ITEM: ATOMS id type xs ys zs", "1 1 0.5 0.5 0.5", "2 1 0.25 0 0"]  # fmt: skip
    t.write("a.dump", "\n".join(text) + "\n")
    ours, theirs = t.read("a.dump", "--time-step", 1), read(t.path("a.dump"), format="LAMMPS", has_times=False)
    t.same("x = 0.5 · 10 − 0.5 · 3", ours.positions[0][0][0], 3.5, 1e-6)
    t.differs("edge a", ours.boxes[0][1][0][0], theirs.boxes[0][1][0][0], "chemfiles does not take off the tilt")


@check("extended XYZ", VERSION + " as reader")
def columns_of_xyz(t):
    """chemfiles takes the first three numbers for positions, whatever Properties says."""
    t.write("a.xyz", '1\nProperties=species:S:1:forces:R:3:pos:R:3 Lattice="9 0 0 0 9 0 0 0 9"\nAr 7 7 7 1 2 3\n')
    ours, theirs = t.read("a.xyz", "--time-step", 1), read(t.path("a.xyz"), has_times=False)
    t.same("positions", ours.positions[0], [[1, 2, 3]])
    t.differs("positions", ours.positions[0], theirs.positions[0], "chemfiles passes over the order of Properties")
