"""Files that OpenMM's reporters write, compared with the states of its own simulation."""

import numpy as np
import openmm
import openmm.app as app
from openmm import unit

from trajectories import Frames
from trial import check

VERSION = f"OpenMM {openmm.version.short_version}"
EDGES = np.diag([3.0, 3.1, 3.2])
NAMES = ["AR1", "NE2", "AR3"] * 20


def topology(count, names=("AR1", "NE2", "AR3")):
    found = app.Topology()
    chain = found.addChain()
    for _ in range(count):
        residue = found.addResidue("CHN", chain)
        atoms = [found.addAtom(name, app.Element.getBySymbol(name[:2].title()), residue) for name in names]
        for a, b in zip(atoms, atoms[1:]):
            found.addBond(a, b)
    found.setPeriodicBoxVectors(EDGES * unit.nanometer)
    return found


def simulate(t, reporters, count=20, steps=300, every=100):
    """Chains of three; what the simulation says after each `every` steps."""
    system = openmm.System()
    system.setDefaultPeriodicBoxVectors(*EDGES)
    bonds, pairs = openmm.HarmonicBondForce(), openmm.CustomNonbondedForce("50*(1-r/0.4)^2*step(0.4-r)")
    pairs.setNonbondedMethod(openmm.CustomNonbondedForce.CutoffPeriodic)
    pairs.setCutoffDistance(0.4)
    bonds.setUsesPeriodicBoundaryConditions(False)
    for k in range(count):
        for i, mass in enumerate((39.9, 20.2, 39.9)):
            system.addParticle(mass)
            pairs.addParticle()
            if i:
                bonds.addBond(3 * k + i - 1, 3 * k + i, 0.3, 20000)
    system.addForce(bonds)
    system.addForce(pairs)
    integrator = openmm.VerletIntegrator(0.002)
    simulation = app.Simulation(topology(count), system, integrator, openmm.Platform.getPlatformByName("Reference"))
    random = np.random.default_rng(8)
    starts = random.random((count, 1, 3)) * 3
    simulation.context.setPositions((starts + [[0, 0, 0], [0.3, 0, 0], [0.6, 0, 0]]).reshape(-1, 3))
    simulation.context.setVelocitiesToTemperature(600, 3)
    for reporter in reporters(every):
        simulation.reporters.append(reporter)
    found = Frames(positions=[], times=[], boxes=[], length_unit="nm", time_unit="ps", boundaries="ppp")
    for _ in range(steps // every):
        simulation.step(every)
        state = simulation.context.getState(positions=True)
        found.positions.append(state.getPositions(asNumpy=True).value_in_unit(unit.nanometer))
        found.times.append(state.getTime().value_in_unit(unit.picosecond))
        found.boxes.append((np.zeros(3), EDGES))
    simulation.reporters.clear()  # Closes the files.
    return found


@check("DCD", VERSION)
def dcd(t):
    """The times 0.2, 0.4, 0.6 ps; the file's header has units of 0.04888821 ps."""
    theirs = simulate(t, lambda every: [app.DCDReporter(t.path("a.dcd"), every)])
    ours = t.read("a.dcd")
    t.compare(ours, theirs, precision=1e-4, time_precision=1e-6)
    t.same("times", ours.times, [0.2, 0.4, 0.6], 1e-6)
    free = simulate(t, lambda every: [app.DCDReporter(t.path("b.dcd"), every, enforcePeriodicBox=False)])
    t.compare(t.read("b.dcd"), free, precision=1e-4, time_precision=1e-6)


@check("XTC", VERSION)
def xtc(t):
    theirs = simulate(t, lambda every: [app.XTCReporter(t.path("a.xtc"), every)])
    t.compare(t.read("a.xtc"), theirs, precision=6e-3, time_precision=1e-5)


@check("PDB", VERSION)
def pdb(t):
    """A model a frame, without times."""
    theirs = simulate(t, lambda every: [app.PDBReporter(t.path("a.pdb"), every)])
    theirs.times, theirs.species = None, [NAMES] * 3
    t.compare(t.read("a.pdb", "--species-by", "name", "--time-step", 0.2), theirs, precision=1.01e-3)


@check("PDB", VERSION)
def hybrid_serials(t):
    """More than 99 999 atoms: serials go on as A0000."""
    count = 33400
    x = np.random.default_rng(1).random((3 * count, 3)) * 3
    with open(t.path("a.pdb"), "w") as file:
        app.PDBFile.writeFile(topology(count), x * unit.nanometer, file)
    t.same("A0000 is there", "A0000" in open(t.path("a.pdb")).read(), True, tell=False)
    theirs = Frames([x], species=[["AR1", "NE2", "AR3"] * count], boxes=[(np.zeros(3), EDGES)], length_unit="nm", boundaries="ppp")
    t.compare(t.read("a.pdb", "--species-by", "name"), theirs, precision=1.01e-3)


@check("DCD", VERSION)
def whole_molecules(t):
    """`--whole` by the bonds of OpenMM's own PDB file (CONECT)."""
    theirs = simulate(t, lambda every: [app.DCDReporter(t.path("a.dcd"), every, enforcePeriodicBox=True)])
    with open(t.path("a.pdb"), "w") as file:
        app.PDBFile.writeFile(topology(20), theirs.positions[0] * unit.nanometer, file)
    ours = t.read("a.dcd", "--topology", "a.pdb", "--whole", "--species-by", "residue", "--length-unit", "nm")
    for a, b in zip(ours.positions, theirs.positions):
        a, b = a.reshape(-1, 3, 3), b.reshape(-1, 3, 3)
        t.same("chains from their first particles", a - a[:, :1], b - b[:, :1], 1e-5)
