"""Files that MDTraj writes, compared with its own reading; its lengths are nm."""

import importlib.metadata

import mdtraj
import numpy as np

from trajectories import Frames
from trial import check

VERSION = f"MDTraj {importlib.metadata.version('mdtraj')}"


def topology(n):
    found = mdtraj.Topology()
    chain = found.add_chain()
    for k in range(n // 3):
        residue = found.add_residue("HOH", chain)
        for name, element in (("O", "oxygen"), ("H1", "hydrogen"), ("H2", "hydrogen")):
            found.add_atom(name, getattr(mdtraj.element, element), residue)
    return found


def trajectory(n=12, frames=3, angles=(90, 90, 90)):
    lengths = np.array([[3.0, 2.8, 2.6]] * frames) * (1 + 0.01 * np.arange(frames))[:, None]
    random = np.random.default_rng(5)
    found = mdtraj.Trajectory(
        np.zeros((frames, n, 3)), topology(n), time=0.5 + 0.2 * np.arange(frames), unitcell_lengths=lengths,
        unitcell_angles=np.array([angles] * frames, float),
    )  # fmt: skip
    found.xyz = np.einsum("fni,fij->fnj", random.random((frames, n, 3)) * 1.4 - 0.2, found.unitcell_vectors)
    return found


def frames_of(found, has_times=True, has_boxes=True, names=None):
    vectors = found.unitcell_vectors
    return Frames(
        positions=list(found.xyz.astype(float)), times=[float(v) for v in found.time] if has_times else None,
        species=None if names is None else [names] * len(found.xyz), length_unit="nm", time_unit="ps",
        boxes=[(np.zeros(3), v.astype(float)) for v in vectors] if has_boxes and vectors is not None else None,
        boundaries="ppp" if has_boxes and vectors is not None else "sss",
    )  # fmt: skip


ELEMENTS = ["O", "H", "H"] * 4
NAMES = ["O", "H1", "H2"] * 4


def load(path, n=12, **options):
    return mdtraj.load(path, top=topology(n), **options)


@check("DCD", VERSION)
def dcd(t):
    """The header's step is 1: times are those of --time-step."""
    trajectory(angles=(80, 75, 95)).save_dcd(t.path("a.dcd"))
    found = load(t.path("a.dcd"))
    theirs = frames_of(found, has_times=False)
    code, _, messages = t.run("import", "a.dcd", "--output", t.path("no.dataset"))
    t.same("--time-step is asked for", code != 0 and "--time-step" in messages, True)
    ours = t.read("a.dcd", "--time-step", 0.2)
    t.compare(ours, theirs, precision=1e-4)
    t.same("times are 0.2 apart", np.diff(ours.times), [0.2, 0.2], 1e-9)


@check("XTC", VERSION)
def xtc(t):
    """Steps are 0 in all frames: the times count."""
    trajectory(angles=(80, 75, 95)).save_xtc(t.path("a.xtc"))
    t.compare(t.read("a.xtc"), frames_of(load(t.path("a.xtc"))), precision=1e-4, time_precision=1e-6)


@check("TRR", VERSION)
def trr(t):
    trajectory(angles=(80, 75, 95)).save_trr(t.path("a.trr"))
    t.compare(t.read("a.trr"), frames_of(load(t.path("a.trr"))), precision=1e-4, time_precision=1e-6)


@check("Amber NetCDF", VERSION)
def netcdf(t):
    trajectory().save_netcdf(t.path("a.nc"))
    t.compare(t.read("a.nc"), frames_of(load(t.path("a.nc"))), precision=1e-4, time_precision=1e-6)


@check("PDB", VERSION)
def pdb(t):
    """Each model has its box's first; MDTraj gives all models that of the first."""
    trajectory().save_pdb(t.path("a.pdb"))
    found = mdtraj.load(t.path("a.pdb"))
    theirs = frames_of(found, has_times=False, names=NAMES)
    t.compare(t.read("a.pdb", "--time-step", 1, "--species-by", "name"), theirs, precision=1.01e-3)


@check("GRO", VERSION)
def gro_of_several_frames(t):
    """Times stand in the titles."""
    trajectory().save_gro(t.path("a.gro"))
    found = mdtraj.load(t.path("a.gro"))
    theirs = frames_of(found, names=NAMES)
    t.compare(t.read("a.gro", "--species-by", "name"), theirs, precision=1.01e-2, time_precision=1e-4)


@check("XYZ", VERSION)
def xyz(t):
    trajectory().save_xyz(t.path("a.xyz"))
    theirs = frames_of(load(t.path("a.xyz")), has_times=False, has_boxes=False)
    theirs.positions = [10 * p for p in theirs.positions]  # The file has Å, and says no unit.
    theirs.length_unit = theirs.time_unit = "1"
    theirs.species = [NAMES if "H1" in open(t.path("a.xyz")).read() else ELEMENTS] * 3
    t.compare(t.read("a.xyz", "--time-step", 1), theirs, precision=1e-3)


@check("LAMMPS custom", VERSION)
def lammps(t):
    """MDTraj's text dumps, in Å: the box begins at the least coordinates of the particles, and MDTraj reads it as from 0."""
    trajectory().save_lammpstrj(t.path("a.lammpstrj"))
    theirs = frames_of(load(t.path("a.lammpstrj")), has_times=False)
    theirs.positions, theirs.length_unit = [10 * p for p in theirs.positions], "1"
    theirs.boxes = [(None, 10 * e) for _, e in theirs.boxes]
    theirs.time_unit = "1"
    ours = t.read("a.lammpstrj", "--time-step", 1)
    t.compare(ours, theirs, precision=1e-3)
    t.differs("corner of the box", ours.boxes[0][0], [0, 0, 0], "MDTraj passes over the corner that it writes")


@check("HDF5", VERSION)
def hdf5_of_mdtraj(t):
    """MDTraj's own layout in HDF5."""
    trajectory(angles=(80, 75, 95)).save_hdf5(t.path("a.h5"))
    theirs = frames_of(mdtraj.load(t.path("a.h5")))
    t.compare(t.read("a.h5"), theirs, precision=1e-4, time_precision=1e-6)
