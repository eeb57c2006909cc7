"""Files that ASE writes: extended XYZ, XYZ, PDB, GRO and Amber's NetCDF."""

import ase
import ase.io
import numpy as np
from ase.io.netcdftrajectory import NetCDFTrajectory

from trajectories import Frames
from trial import check

VERSION = f"ASE {ase.__version__}"
TILTED = np.array([[9.0, 0, 0], [2.0, 8.0, 0], [-1.0, 1.5, 7.0]])


def system(seed, cell=TILTED, pbc=True, n=12, symbols=("Ar", "Ne", "Kr")):
    """Atoms of which some are outside of the box."""
    cell = np.diag(cell) if np.ndim(cell) == 1 else cell
    fractions = np.random.default_rng(seed).random((n, 3)) * 1.4 - 0.2
    names = [symbols[i % len(symbols)] for i in range(n)]
    return ase.Atoms(names, positions=fractions @ cell, cell=cell, pbc=pbc)


def read(path, format=None, has_boxes=True):
    """The frames as ASE reads them."""
    return frames_of(ase.io.read(path, ":", format=format), has_boxes)


def frames_of(images, has_boxes=True):
    found = Frames(positions=[], species=[], boxes=[] if has_boxes else None)
    for image in images:
        found.positions.append(image.positions)
        found.species.append(image.get_chemical_symbols())
        if has_boxes:
            found.boxes.append((np.zeros(3), image.cell.array))
    if has_boxes:
        found.boundaries = "".join("p" if p else "s" for p in images[0].pbc)
    return found


@check("extended XYZ", VERSION)
def tilted_box(t):
    path = t.path("a.xyz")
    ase.io.write(path, [system(k) for k in range(3)], format="extxyz")
    t.compare(t.read(path, "--time-step", 1), read(path), precision=2e-6)


@check("extended XYZ", VERSION)
def periodic_in_two_of_three_axes(t):
    """`pbc="T T F"`: the third axis is open."""
    path = t.path("a.xyz")
    images = [system(k, cell=[9, 8, 30], pbc=(True, True, False)) for k in range(2)]
    ase.io.write(path, images, format="extxyz")
    ours = t.read(path, "--time-step", 1)
    t.compare(ours, read(path), skip=["boxes"])
    for axis in range(2):
        t.same("edge of a periodic axis", ours.boxes[0][1][axis][axis], images[0].cell[axis][axis], 1e-6)


@check("extended XYZ", VERSION)
def no_box(t):
    path = t.path("a.xyz")
    images = [system(k, pbc=False) for k in range(2)]
    for image in images:
        image.cell = None
    ase.io.write(path, images, format="extxyz")
    ours = t.read(path, "--time-step", 1)
    t.compare(ours, read(path, has_boxes=False))
    t.same("open space", ours.boxes, None)


@check("extended XYZ", "by hand, read by " + VERSION)
def positions_behind_other_columns(t):
    """`Properties` decides; ASE itself always writes names and positions first."""
    random, lines = np.random.default_rng(6), []
    for _ in range(2):
        lines += ["6", 'Lattice="9 0 0 2 8 0 -1 1.5 7" Properties=forces2:R:3:label:I:1:species:S:1:pos:R:3 pbc="T T T"']
        lines += [
            " ".join([*("%.6f" % v for v in random.random(3)), str(i), "Ne" if i % 2 else "Ar", *("%.6f" % v for v in random.random(3) * 6)])
            for i in range(6)
        ]
    path = t.write("a.xyz", "\n".join(lines) + "\n")
    ours, theirs = t.read(path, "--time-step", 1, "--features", "forces2-2,label"), read(path)
    theirs.features = [np.column_stack([i.arrays["forces2"][:, 1], i.arrays["label"]]) for i in ase.io.read(path, ":")]
    t.compare(ours, theirs)


@check("extended XYZ", VERSION)
def momenta(t):
    """ASE writes momenta, mass × velocity in its own units, and no velocities."""
    path = t.path("a.xyz")
    images = [system(k) for k in range(2)]
    for k, image in enumerate(images):
        image.set_velocities(np.random.default_rng(k).random((len(image), 3)))
    ase.io.write(path, images, format="extxyz")
    ours, theirs = t.read(path, "--time-step", 1, "--features", "momenta-1,momenta-2,momenta-3"), read(path)
    theirs.features = [i.get_momenta() for i in ase.io.read(path, ":")]
    t.compare(ours, theirs, precision=2e-6)
    t.same("no column vx", "vx" in t.survey(path)["columns"], False)


@check("extended XYZ", VERSION)
def velocities_under_their_three_names(t):
    """`velo` (the format's own text), `vel` (LAMMPS) and `velocities` become vx, vy, vz."""
    for name in ("velo", "vel", "velocities"):
        path = t.path(f"{name}.xyz")
        images = [system(k) for k in range(2)]
        for k, image in enumerate(images):
            image.arrays[name] = np.random.default_rng(k).random((len(image), 3))
        ase.io.write(path, images, format="extxyz", columns=["symbols", "positions", name])
        ours, theirs = t.read(path, "--time-step", 1, "--features", "vx,vy,vz"), read(path)
        theirs.features = [i.arrays[name] for i in images]
        t.compare(ours, theirs, precision=2e-6)


@check("extended XYZ", VERSION)
def matrices_and_times_in_the_comment(t):
    """Nine numbers of a matrix beside the box, and a time of one's own."""
    path = t.path("a.xyz")
    images = [system(k) for k in range(3)]
    for k, image in enumerate(images):
        image.info.update(time=0.5 * k, virial=np.arange(9.0).reshape(3, 3), matrix=np.eye(3) * 7, note="a b=c [x]")
    ase.io.write(path, images, format="extxyz")
    theirs = read(path)
    theirs.times = [i.info["time"] for i in ase.io.read(path, ":")]
    t.compare(t.read(path), theirs, precision=2e-6)


@check("extended XYZ", "by hand, read by " + VERSION)
def braces_and_capitals(t):
    """`pbc="T F T"`, positions as the last of the columns, a corner that ASE does not know."""
    path = t.write("a.xyz", '2\nProperties=id:I:1:species:S:1:mass:R:1:pos:R:3 Lattice="9 0 0 0 8 0 0 0 7" pbc="T F T" '
                   'Origin="-1 -2 -3" time=2\n2 Ne 20 1 2 3\n1 Ar 40 -0.5 6 3.5\n')  # fmt: skip
    ours, theirs = t.read(path), read(path)
    theirs.positions[0], theirs.species[0] = theirs.positions[0][::-1], theirs.species[0][::-1]
    theirs.boxes = None
    t.compare(ours, theirs)
    t.differs("corner of the box", ours.boxes[0][0][[0, 2]], [0, 0], "ASE passes over Origin, which OVITO writes")


@check("XYZ", VERSION)
def plain_xyz(t):
    path = t.path("a.xyz")
    ase.io.write(path, [system(k) for k in range(3)], format="xyz")
    ours = t.read(path, "--time-step", 1)
    t.compare(ours, read(path, format="xyz", has_boxes=False))
    t.same("no box", ours.boxes, None)


@check("PDB", VERSION)
def pdb_of_several_models(t):
    """The box stands before the first model, and is kept for all; ASE adds an empty one for the END."""
    path = t.path("a.pdb")
    images = [system(k, cell=[9, 8, 7]) for k in range(3)]
    ase.io.write(path, images, format="proteindatabank")
    theirs = ase.io.read(path, ":", format="proteindatabank")
    ours = t.read(path, "--time-step", 1, "--species-by", "element")
    found = frames_of([i for i in theirs if len(i)])
    found.species = [[name.upper() for name in of] for of in found.species]  # As they stand in the file.
    t.compare(ours, found, precision=1.01e-3)
    if len(theirs) != len(ours.positions):
        t.differs("number of frames", len(ours.positions), len(theirs), "ASE reads an empty frame behind the last ENDMDL")


@check("GRO", VERSION)
def gro_of_one_frame(t):
    """ASE writes no velocities where there are none; lengths are nm."""
    path = t.path("a.gro")
    image = system(5, cell=[9, 8, 7])
    ase.io.write(path, image, format="gromacs")
    theirs = read(path, format="gromacs")
    theirs.length_unit = "Å"
    t.compare(t.read(path, "--species-by", "name"), theirs, precision=1.01e-2, skip=["species"])


@check("Amber NetCDF", VERSION)
def netcdf_of_ase(t):
    """ASE writes 32-bit offsets, which chemfiles does not read: refused, with the format that is needed."""
    path = t.path("a.nc")
    images = [system(k, cell=[9, 8, 7]) for k in range(3)]
    with NetCDFTrajectory(path, "w", images[0]) as file:
        for image in images:
            file.write(image)
    code, _, messages = t.run("import", path, "--time-step", 1, "--output", "x.dataset")
    t.same("refused, with the format that is needed", (code, "64-bit netcdf3" in messages), (65, True))
