"""Files of GROMACS (gmx): argon, and chains of three that cross the box. What GROMACS itself says: `gmx dump`."""

import re
import shutil
import subprocess

import numpy as np

from trajectories import Frames
from trial import NotRun, check

if not shutil.which("gmx"):
    raise NotRun("no gmx; apt-get install gromacs")
VERSION = "GROMACS " + re.search(
    r"version:?\s+([0-9.]+)", subprocess.run(["gmx", "--version"], capture_output=True, text=True).stdout
).group(1)

FORCES = """[ defaults ]
1 1 no 1.0 1.0
[ atomtypes ]
AR 18 39.948 0.0 A 0.00622127 9.69576e-06
NE 10 20.180 0.0 A 0.00100000 1.00000e-06
[ moleculetype ]
Chain 1
[ atoms ]
1 AR 1 CHN AR1 1 0.0
2 NE 1 CHN NE2 1 0.0
3 AR 1 CHN AR3 1 0.0
[ bonds ]
1 2 1 0.3 20000
2 3 1 0.3 20000
[ system ]
chains
[ molecules ]
Chain {count}
"""
SETTINGS = """integrator = md
dt = 0.002
nsteps = 200
nstxout = 50
nstvout = 50
nstxout-compressed = 50
cutoff-scheme = Verlet
rlist = 0.9
rvdw = 0.9
rcoulomb = 0.9
nstlist = 10
gen-vel = yes
gen-temp = 300
gen-seed = 11
comm-mode = Linear
"""


def gmx(t, *arguments, answer=""):
    result = subprocess.run(["gmx", "-quiet", "-nobackup", *arguments], cwd=t.folder, input=answer, capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(f"gmx {arguments[0]}: {result.stderr[-500:]}")
    return result.stdout


def simulate(t, box="2.6 2.7 2.8", count=27):
    """Chains on a grid, far enough from one another, that move freely."""
    edges = [float(v) for v in box.split()]
    lines = ["chains", str(3 * count)]
    for k in range(count):
        corner = np.array([k % 3, k // 3 % 3, k // 9]) * 0.85
        for i, name in enumerate(("AR1", "NE2", "AR3")):
            x = corner + [0.3 * i, 0.1 * (i == 1), 0]
            lines.append(f"{k + 1:5d}{'CHN':<5}{name:>5}{3 * k + i + 1:5d}" + "".join(f"{v:8.3f}" for v in x))
    t.write("conf.gro", "\n".join(lines + [box]) + "\n")
    t.write("topol.top", FORCES.format(count=count))
    t.write("md.mdp", SETTINGS)
    gmx(t, "grompp", "-f", "md.mdp", "-c", "conf.gro", "-p", "topol.top", "-o", "run.tpr", "-maxwarn", "5")
    gmx(t, "mdrun", "-s", "run.tpr", "-deffnm", "run", "-nt", "1", "-ntmpi", "1", "-reprod")
    return edges


def dump(t, name, velocities=False, species=None):
    """The frames as `gmx dump` prints them, in nm and ps."""
    text = gmx(t, "dump", "-f", name)
    found = Frames(positions=[], times=[], boxes=[], length_unit="nm", time_unit="ps", boundaries="ppp")
    found.features = [] if velocities else None
    for part in re.split(r"\S+ frame \d+:", text)[1:]:
        rows = lambda key: np.array(
            [[float(v) for v in m.split(",")] for m in re.findall(rf"^\s+{key}\[\s*\d+\]=\{{([^}}]*)\}}", part, re.M)]
        )
        found.times.append(float(re.search(r"time=\s*([-+0-9.e]+)", part).group(1)))
        found.positions.append(rows("x"))
        found.boxes.append((np.zeros(3), rows("box")))
        if velocities:
            found.features.append(rows("v"))
    if species:
        found.species = [species] * len(found.times)
    return found


NAMES = ["AR1", "NE2", "AR3"] * 27


@check("XTC", VERSION)
def xtc(t):
    simulate(t)
    t.compare(t.read("run.xtc"), dump(t, "run.xtc"), precision=1e-4, time_precision=1e-6)


@check("TRR", VERSION)
def trr(t):
    simulate(t)
    theirs = dump(t, "run.trr", velocities=True)
    t.compare(t.read("run.trr", "--features", "vx,vy,vz", "--length-unit", "nm"), theirs, precision=1e-5)


@check("XTC", VERSION)
def tilted_box(t):
    """A box whose edges are not orthogonal."""
    simulate(t, box="2.6 2.7 2.8 0 0 0.4 0 -0.5 0.3")
    t.compare(t.read("run.xtc"), dump(t, "run.xtc"), precision=1e-4, time_precision=1e-6)


@check("GRO", VERSION)
def gro_of_several_frames(t):
    """Times and steps stand in the titles."""
    simulate(t)
    gmx(t, "trjconv", "-f", "run.trr", "-s", "run.tpr", "-o", "a.gro", answer="0\n")
    theirs = dump(t, "run.trr", species=NAMES)
    t.compare(t.read("a.gro", "--species-by", "name", "--length-unit", "nm"), theirs, precision=1.01e-3)


@check("GRO", "by hand, read by " + VERSION)
def gro_of_six_decimals(t):
    """The format's columns are as wide as the decimals need."""
    rows = ["    1CHN    AR1    1   0.123456   1.000001   2.654321", "    1CHN    NE2    2   1.123456   0.500001   0.654321"]
    t.write("a.gro", "\n".join(["six t= 1.5", "2", *rows, "   3.000000   3.100000   3.200000"]) + "\n")
    gmx(t, "trjconv", "-f", "a.gro", "-s", "a.gro", "-o", "a.trr", answer="0\n")
    theirs = dump(t, "a.trr", species=NAMES[:2])
    t.compare(t.read("a.gro", "--species-by", "name", "--length-unit", "nm"), theirs, precision=2e-6)


@check("PDB", VERSION)
def pdb_of_several_models(t):
    """A box before each model."""
    simulate(t)
    gmx(t, "trjconv", "-f", "run.trr", "-s", "run.tpr", "-o", "a.pdb", answer="0\n")
    theirs = dump(t, "run.trr", species=NAMES)
    theirs.times = None
    t.compare(t.read("a.pdb", "--species-by", "name", "--time-step", 1), theirs, precision=1.01e-2)


@check("TNG", VERSION)
def tng(t):
    """As `mdrun` writes it; what `trjconv` writes chemfiles does not read, and we refuse with the frame."""
    simulate(t)
    gmx(t, "mdrun", "-s", "run.tpr", "-deffnm", "again", "-x", "again.tng", "-nt", "1", "-reprod")
    t.compare(t.read("again.tng", "--species-by", "name"), dump(t, "run.xtc", species=NAMES), precision=2e-2, time_precision=1e-3)
    gmx(t, "trjconv", "-f", "run.xtc", "-s", "run.tpr", "-o", "a.tng", answer="0\n")
    code, _, messages = t.run("import", "a.tng", "--output", "x.dataset")
    t.same("trjconv's is refused by frame", (code, "frame 1" in messages), (65, True))


@check("XTC", VERSION)
def names_by_a_topology(t):
    """`--topology` of a GRO file: names make the species, and choose."""
    simulate(t)
    theirs = dump(t, "run.xtc", species=NAMES)
    t.compare(t.read("run.xtc", "--topology", "run.gro", "--species-by", "name"), theirs, precision=1e-4, time_precision=1e-6)
    ours = t.read("run.xtc", "--topology", "run.gro", "--species-by", "name", "--select", "name=NE2")
    theirs.positions = [p[1::3] for p in theirs.positions]
    theirs.species = [["NE2"] * 27] * len(theirs.positions)
    t.compare(ours, theirs, precision=1e-4, time_precision=1e-6)


@check("XTC", VERSION)
def whole_molecules(t):
    """`--whole` by the bonds of a PDB file, compared with `gmx trjconv -pbc whole`."""
    simulate(t)
    gmx(t, "editconf", "-f", "run.tpr", "-o", "bonds.pdb", "-conect")
    gmx(t, "trjconv", "-f", "run.trr", "-s", "run.tpr", "-o", "atoms.trr", "-pbc", "atom", answer="0\n")
    gmx(t, "trjconv", "-f", "run.trr", "-s", "run.tpr", "-o", "whole.trr", "-pbc", "whole", answer="0\n")
    theirs = dump(t, "whole.trr").positions
    t.same("some are not whole in the file", spread(dump(t, "atoms.trr").positions) > 1 > spread(theirs), True, tell=False)
    ours = t.read("atoms.trr", "--topology", "bonds.pdb", "--whole", "--species-by", "residue", "--length-unit", "nm")
    for a, b in zip(ours.positions, theirs):
        a, b = a.reshape(-1, 3, 3), b.reshape(-1, 3, 3)
        t.same("chains from their first particles", a - a[:, :1], b - b[:, :1], 1e-5)
    centres = t.read("atoms.trr", "--topology", "bonds.pdb", "--whole", "--particles", "molecules", "--length-unit", "nm")
    t.same("number of molecules", centres.positions[0].shape, (27, 3))


def spread(frames):
    """The greatest distance of a chain's particles from its first, along an axis."""
    chains = np.array(frames).reshape(len(frames), -1, 3, 3)
    return float(np.abs(chains - chains[:, :, :1]).max())
