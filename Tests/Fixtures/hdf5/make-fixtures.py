#!/usr/bin/env python3
"""Makes the HDF5 files beside this one.

    pip install h5py==3.16.0 MDAnalysis==2.11.0 mdtraj==1.11.1.post2 tables && ./make-fixtures.py

Coordinate k of particle i in frame f is ((7 f + 5 i + 3 k) mod 29) / 10, so that the tests know it.
"""
import pathlib
import warnings

import h5py
import MDAnalysis
import mdtraj
import numpy as np

warnings.simplefilter("ignore")
folder = pathlib.Path(__file__).parent
f, i, k = np.meshgrid(range(4), range(6), range(3), indexing="ij")
positions = ((7 * f + 5 * i + 3 * k) % 29 / 10).astype("f4")


def element(group, name, data, step, time, unit=None):
    result = group.create_group(name)
    result["value"] = data
    if unit:
        result["value"].attrs["unit"] = unit
    result["step"], result["time"] = step, time
    return result


def h5md(name):
    file = h5py.File(folder / name, "w")
    file.create_group("h5md").attrs["version"] = [1, 1]
    return file


# Lists of steps and times, hard links to one; a tilted box that changes; enumerated species; two groups.
with h5md("listed.h5") as file:
    group = file.create_group("particles/all")
    position = element(group, "position", positions, 10 * np.arange(4), 0.5 * np.arange(4) + 1, "nm")
    position["time"].attrs["unit"] = "ps"
    box = group.create_group("box")
    box.attrs["dimension"] = 3
    box.attrs["boundary"] = ["periodic", "periodic", "none"]
    edges = box.create_group("edges")
    edges["value"] = np.array([[[3 + f, 0, 0], [0.5, 3, 0], [0, 0, 4]] for f in range(4)], "f8")
    edges["step"], edges["time"] = position["step"], position["time"]
    for name, data, unit in [("velocity", 10 * positions, "Angstrom ps-1"), ("image", np.zeros((4, 6, 3), "i4") + i[..., :1], None)]:
        other = group.create_group(name)
        other["value"] = data
        if unit:
            other["value"].attrs["unit"] = unit
        other["step"], other["time"] = position["step"], position["time"]
    kinds = h5py.enum_dtype({"A": 1, "B": 5}, basetype="i2")
    group.create_dataset("species", data=np.array([1, 5, 5, 1, 1, 5]), dtype=kinds)
    group["mass"] = np.array([1.0, 2, 2, 1, 1, 2])
    group["id"] = np.array([6, 5, 4, 3, 2, 1])
    element(file.create_group("particles/others"), "position", positions[:, :2], 10 * np.arange(4), np.arange(4.0))

# Steps and times by their intervals; a fixed box of fixed-length text; in the plane; compressed, and big-endian.
with h5md("even.h5") as file:
    group = file.create_group("particles/all")
    position = group.create_group("position")
    position.create_dataset("value", data=positions[:, :, :2].astype(">f8"), chunks=(1, 6, 2), compression="gzip")
    for name, interval, offset in [("step", 5, 100), ("time", 0.25, 7.5)]:
        position[name] = interval
        position[name].attrs["offset"] = offset
    box = group.create_group("box")
    box.attrs["dimension"] = 2
    box.attrs["boundary"] = np.array([b"periodic", b"periodic"], "S8")
    box["edges"] = np.array([3.0, 4.0])
    species = element(group, "species", np.array([[2, 0, 2, 0, 7, 7]] * 4), 5 * np.arange(4) + 100, np.arange(4.0))

# What MDAnalysis writes of a file in nm, and of one in Å.
topology = mdtraj.Topology()
chain = topology.add_chain()
for number in range(6):
    topology.add_atom("AR", mdtraj.element.argon, topology.add_residue("AR", chain))
trajectory = mdtraj.Trajectory(
    positions, topology, time=1 + np.arange(4) / 2, unitcell_lengths=np.full((4, 3), 3.0),
    unitcell_angles=np.full((4, 3), 90.0))
trajectory.save(str(folder / "mdtraj.h5"))
# As many frames as axes, and a tilted box.
three = trajectory[:3]
three.unitcell_angles = np.full((3, 3), 60.0)
three.save(str(folder / "mdtraj-3.h5"))
for end in ["trr", "nc"]:
    source = folder / f"source.{end}"
    trajectory.save(str(source))
    universe = MDAnalysis.Universe.empty(6)
    universe.load_new(str(source), format="NCDF" if end == "nc" else "TRR", convert_units=False)
    with MDAnalysis.Writer(str(folder / f"mdanalysis-{end}.h5md"), 6, convert_units=False, positions=True, velocities=False, forces=False) as writer:
        for frame in universe.trajectory:
            writer.write(universe.atoms)
    source.unlink()

with h5py.File(folder / "plain.h5", "w") as file:
    file["run/x"] = positions
    file["run/t"] = np.arange(4) * 0.125
    file["run/kinds"] = np.array([0, 1, 1, 0, 0, 1])
    file["run/box"] = np.array([3.0, 3, 3])
    file["many"] = np.stack([positions, positions + 1])
    file["many-times"] = np.stack([np.arange(4.0), np.arange(4) + 10.0])

# What MDAnalysis leaves beside the files that it reads.
for rest in folder.glob(".*_offsets.*"):
    rest.unlink()
