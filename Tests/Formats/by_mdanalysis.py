"""Files that MDAnalysis writes, compared with its own reading."""

import MDAnalysis
import numpy as np
from MDAnalysis.lib.mdamath import triclinic_vectors

from trajectories import Frames
from trial import check

VERSION = f"MDAnalysis {MDAnalysis.__version__}"
CUBE, TILTED = [30, 28, 26, 90, 90, 90], [30, 28, 26, 80, 75, 95]


def universe(n):
    u = MDAnalysis.Universe.empty(n, n_residues=n // 3, atom_resindex=np.arange(n) // 3, trajectory=True, velocities=True)
    u.add_TopologyAttr("names", ["OW", "HW1", "HW2"] * (n // 3))
    u.add_TopologyAttr("elements", ["O", "H", "H"] * (n // 3))
    u.add_TopologyAttr("types", ["O", "H", "H"] * (n // 3))
    u.add_TopologyAttr("resnames", ["SOL"] * (n // 3))
    u.add_TopologyAttr("resids", np.arange(n // 3) + 1)
    return u


def write(path, dimensions=CUBE, n=12, frames=3, dt=0.2, scale=1.4, **options):
    """Frames of which some particles are outside of the box."""
    u = universe(n)
    if not path.endswith(".pdb"):
        options["dt"] = dt
    with MDAnalysis.Writer(path, n, **options) as file:
        for k in range(frames):
            ts = u.trajectory.ts
            ts.dimensions = None if dimensions is None else np.array(dimensions) * ([1 + 0.01 * k] * 3 + [1] * 3)
            random = np.random.default_rng(k)
            edges = np.diag([30.0] * 3) if dimensions is None else triclinic_vectors(ts.dimensions)
            u.atoms.positions = (random.random((n, 3)) * scale - (scale - 1) / 2) @ edges
            u.atoms.velocities = random.random((n, 3))
            ts.frame, ts.time, ts.data["dt"], ts.data["step"] = k, dt * k, dt, 100 * k
            file.write(u.atoms)
    return path


def read(path, velocities=False, kind=None):
    """The frames as MDAnalysis reads them, in Å and ps."""
    reader = kind(path) if kind else MDAnalysis.coordinates.core.reader(path)
    found = Frames(positions=[], times=[], boxes=[], length_unit="Å", time_unit="ps", boundaries="ppp")
    found.features = [] if velocities else None
    for ts in reader:
        found.positions.append(ts.positions.astype(float))
        found.times.append(float(ts.time))
        if ts.dimensions is not None:
            found.boxes.append((np.zeros(3), triclinic_vectors(ts.dimensions).astype(float)))
        if velocities:
            found.features.append(ts.velocities.astype(float))
    if not found.boxes:
        found.boxes, found.boundaries = None, "sss"
    reader.close()
    return found


@check("DCD", VERSION)
def dcd_times(t):
    """The header's step is in units of 0.04888821 ps."""
    path = write(t.path("a.dcd"))
    t.compare(t.read(path), read(path), precision=2e-5, time_precision=1e-5)


@check("DCD", VERSION)
def dcd_tilted(t):
    path = write(t.path("a.dcd"), TILTED)
    t.compare(t.read(path), read(path), precision=5e-5, time_precision=1e-5)


@check("XTC", VERSION)
def xtc(t):
    path = write(t.path("a.xtc"), TILTED)
    t.compare(t.read(path), read(path), precision=5e-5)


@check("XTC", VERSION)
def xtc_of_nine_particles(t):
    """Up to nine particles are plain floats; from ten on they are rounded to 0.01 Å."""
    for n in (9, 12):
        path = write(t.path(f"{n}.xtc"), n=n)
        ours = t.read(path)
        t.compare(ours, read(path), precision=5e-5)
        numbers = ours.positions[0] * (100 if ours.length_unit == "Å" else 1000)
        t.same(f"{n} particles are rounded", bool(np.abs(numbers - np.round(numbers)).max() < 0.01), n > 9)


@check("TRR", VERSION)
def trr_with_velocities(t):
    path = write(t.path("a.trr"), TILTED)
    theirs = read(path, velocities=True)
    t.compare(t.read(path, "--features", "vx,vy,vz", "--length-unit", "Å"), theirs, precision=5e-5)


@check("Amber NetCDF", VERSION)
def netcdf(t):
    """Velocities in Å/ps without the factor 20.455 that Amber's own files have."""
    path = write(t.path("a.ncdf"), velocities=True)
    theirs = read(path, velocities=True)
    t.compare(t.read(path, "--features", "vx,vy,vz"), theirs, precision=2e-5)


@check("binary ones", VERSION)
def no_box(t):
    """Without a box space is open."""
    for name in ("a.dcd", "a.ncdf", "a.xtc", "a.trr"):
        path = write(t.path(name), None)
        ours = t.read(path)
        t.compare(ours, read(path), precision=5e-5, time_precision=1e-5, skip=["boundaries", "boxes"])
        t.same(f"no box in {name}", ours.boxes, None)


@check("GRO", VERSION)
def gro(t):
    """One frame: MDAnalysis puts no time into the title."""
    path = write(t.path("a.gro"), frames=1)
    theirs = read(path, velocities=True)
    theirs.species = [["OW", "HW1", "HW2"] * 4]
    theirs.times = None
    ours = t.read(path, "--species-by", "name", "--features", "vx,vy,vz", "--length-unit", "Å")
    t.compare(ours, theirs, precision=1e-4)


@check("PDB", VERSION)
def pdb_of_several_models(t):
    """The box stands once, before the first model, and is kept for all."""
    path = write(t.path("a.pdb"), frames=1)
    first = read(path)
    path = write(t.path("b.pdb"), multiframe=True)
    theirs = read(path)
    theirs.species = [["OW", "HW1", "HW2"] * 4] * 3
    theirs.times = None
    ours = t.read(path, "--species-by", "name", "--time-step", 1)
    edges = triclinic_vectors(CUBE).astype(float)
    if theirs.boxes is None:
        t.same("MDAnalysis has the box of a file of one model", len(first.boxes), 1, tell=False)
        t.differs("boxes", len(ours.boxes), 0, "MDAnalysis has no box of a file of several models")
        theirs.boxes = [(np.zeros(3), edges)] * 3
        theirs.boundaries = "ppp"
    t.compare(ours, theirs, precision=1.01e-3)


@check("PDB", VERSION)
def pdb_without_a_box(t):
    """A box of 1 × 1 × 1, which the format demands where there is none, is none."""
    path = write(t.path("a.pdb"), None, frames=1)
    if "CRYST1    1.000    1.000    1.000" not in open(path).read():
        t.faults.append("MDAnalysis no longer writes CRYST1 1 1 1 where there is no box")
    theirs = read(path)
    theirs.times, theirs.species = None, [["OW", "HW1", "HW2"] * 4]
    ours = t.read(path, "--species-by", "name")
    t.compare(ours, theirs, precision=1.01e-3, skip=["boundaries"])
    t.same("no box", ours.boxes, None)


@check("XYZ", VERSION)
def xyz(t):
    path = write(t.path("a.xyz"))
    theirs = read(path)
    theirs.species, theirs.boxes, theirs.times = [["O", "H", "H"] * 4] * 3, None, None
    theirs.boundaries, theirs.length_unit, theirs.time_unit = "sss", "1", "1"
    t.compare(t.read(path, "--time-step", 1), theirs, precision=1e-5)


@check("H5MD", VERSION)
def h5md(t):
    """The unit of lengths is that of the frames' source."""
    path = write(t.path("a.h5md"), convert_units=True, lengthunit="Angstrom", timeunit="ps", velocityunit="Angstrom/ps")
    t.compare(t.read(path), read(path), precision=2e-5)
    source = write(t.path("b.trr"))
    u = MDAnalysis.Universe.empty(12)
    u.load_new(source)
    path = t.path("b.h5md")
    with MDAnalysis.Writer(path, 12) as file:
        for _ in u.trajectory:
            file.write(u.atoms)
    del file  # The writer of MDAnalysis 2.11.0 leaves the file open after its block.
    ours = t.read(path)
    t.compare(ours, read(path), precision=2e-5)
    t.compare(ours, read(source), precision=2e-5)
    t.same("the file says nm", ours.length_unit, "nm")


@check("GSD", "gsd, read by " + VERSION)
def gsd_steps(t):
    """MDAnalysis' times of GSD are frame numbers; ours are steps."""
    import by_gsd

    frames = [by_gsd.frame(100 * k, by_gsd.points(k, 12, 8), [8, 8, 8, 0, 0, 0]) for k in range(3)]
    path = by_gsd.write(t.path("a.gsd"), frames)
    ours, theirs = t.read(path, "--time-step", 1), read(path)
    theirs.boxes, theirs.length_unit, theirs.time_unit = None, "1", "1"
    theirs.species = [["A", "B"] * 6] * 3
    t.compare(ours, theirs, skip=["times"])
    t.differs("times", ours.times, theirs.times, "MDAnalysis gives the frame's number, and the step aside")
