#!/usr/bin/env python3
"""Makes the files beside this one, and the DCD files in ../dcd, each with the library that its name begins with.

    pip install mdtraj==1.11.1.post2 MDAnalysis==2.11.0 openmm==8.6.1 netCDF4==1.7.5.1.post1 && ./make-fixtures.py

Dates in titles differ. Coordinate k of atom i in frame f is ((7 f + 5 i + 3 k) mod 29) / 10 nm, so that the tests know it; 12 atoms of 4 waters,
4 frames at 1, 1.5, 2 and 2.5 ps in a box of 3 nm, whose third frame is tilted (angles 80°, 85°, 95°).
"""
import pathlib
import warnings

import MDAnalysis
import mdtraj
import netCDF4
import numpy as np
import openmm.app
import openmm.unit

warnings.simplefilter("ignore")
folder = pathlib.Path(__file__).parent


def place(name):
    return str((folder.parent / "dcd" if name.endswith("dcd") else folder) / name)


f, i, k = np.meshgrid(range(4), range(12), range(3), indexing="ij")
positions = ((7 * f + 5 * i + 3 * k) % 29 / 10).astype("f4")
angles = np.full((4, 3), 90.0)
angles[2] = 80, 85, 95

topology = mdtraj.Topology()
chain = topology.add_chain()
for number in range(4):
    water = topology.add_residue("HOH", chain)
    oxygen = topology.add_atom("O", mdtraj.element.oxygen, water)
    for name in ["H1", "H2"]:
        topology.add_bond(oxygen, topology.add_atom(name, mdtraj.element.hydrogen, water))


def trajectory(atoms=range(12)):
    return mdtraj.Trajectory(
        positions[:, atoms], topology.subset(atoms), time=1 + np.arange(4) / 2, unitcell_lengths=np.full((4, 3), 3.0),
        unitcell_angles=angles)


for end in ["dcd", "xtc", "trr", "nc", "pdb", "gro"]:
    trajectory().save(place(f"mdtraj.{end}"))
trajectory(range(9)).save(str(folder / "mdtraj-9.xtc"))

# As MDAnalysis writes what it has read: with velocities where a format has them, here a tenth of the positions.
universe = MDAnalysis.Universe(str(folder / "mdtraj.pdb"), str(folder / "mdtraj.trr"))
for end in ["dcd", "xtc", "trr", "ncdf", "gro"]:
    with MDAnalysis.Writer(place(f"mdanalysis.{end}"), 12) as writer:
        for frame in universe.trajectory[:1] if end == "gro" else universe.trajectory:
            frame.velocities = frame.positions / 10
            writer.write(universe.atoms)

atoms = openmm.app.Topology()
chain = atoms.addChain()
for number in range(12):
    atoms.addAtom("AR", openmm.app.Element.getBySymbol("Ar"), atoms.addResidue("AR", chain))
atoms.setPeriodicBoxVectors(np.eye(3) * 3 * openmm.unit.nanometer)
with open(place("openmm.dcd"), "wb") as file:
    # Steps of 2 fs: 0.2, 0.4, 0.6, 0.8 ps.
    dcd = openmm.app.DCDFile(file, atoms, 0.002 * openmm.unit.picoseconds, firstStep=100, interval=100)
    for frame in positions:
        dcd.writeModel(frame * openmm.unit.nanometer)
with open(folder / "openmm.pdb", "w") as file:
    openmm.app.PDBFile.writeHeader(atoms, file)
    for number, frame in enumerate(positions):
        openmm.app.PDBFile.writeModel(atoms, frame * openmm.unit.nanometer, file, modelIndex=number + 1)
    openmm.app.PDBFile.writeFooter(atoms, file)


def amber(name, format, single_time):
    """As Amber's own programs write it: velocities in units of 1/20.455 Å/ps."""
    with netCDF4.Dataset(folder / name, "w", format=format) as file:
        file.setncatts({"Conventions": "AMBER", "ConventionVersion": "1.0", "program": "sander", "programVersion": "9"})
        for dimension, size in [
            ("frame", None), ("spatial", 3), ("atom", 12), ("cell_spatial", 3), ("cell_angular", 3), ("label", 5)
        ]:
            file.createDimension(dimension, size)
        file.createVariable("spatial", "S1", ("spatial",))[:] = np.array(list("xyz"), "S1")
        file.createVariable("cell_spatial", "S1", ("cell_spatial",))[:] = np.array(list("abc"), "S1")
        labels = np.array([list("alpha"), list("beta "), list("gamma")], "S1")
        file.createVariable("cell_angular", "S1", ("cell_angular", "label"))[:] = labels
        time = file.createVariable("time", "f4" if single_time else "f8", ("frame",))
        time.units = "picosecond"
        coordinates = file.createVariable("coordinates", "f4", ("frame", "atom", "spatial"))
        coordinates.units = "angstrom"
        velocities = file.createVariable("velocities", "f4", ("frame", "atom", "spatial"))
        velocities.setncatts({"units": "angstrom/picosecond", "scale_factor": 20.455})
        velocities.set_auto_scale(False)
        lengths = file.createVariable("cell_lengths", "f8", ("frame", "cell_spatial"))
        lengths.units = "angstrom"
        degrees = file.createVariable("cell_angles", "f8", ("frame", "cell_angular"))
        degrees.units = "degree"
        for number in range(4):
            time[number] = 1 + number / 2
            coordinates[number] = 10 * positions[number]
            velocities[number] = positions[number] / np.float32(20.455)
            lengths[number] = 30
            degrees[number] = angles[number]


amber("amber-cdf1.nc", "NETCDF3_CLASSIC", False)
amber("amber-cdf2.nc", "NETCDF3_64BIT_OFFSET", True)

# What MDAnalysis leaves beside the files that it reads.
for rest in folder.glob(".*_offsets.*"):
    rest.unlink()
