#!/bin/sh
# MDTraj writes text dumps whose box begins at the particles' least coordinates, and reads them as if it began at 0.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'mdtraj==1.11.1' 'MDAnalysis==2.11.0' 'numpy==2.4.6'
cd "$folder"
venv/bin/python - <<'PROGRAM'
import importlib.metadata

import mdtraj
import numpy

top = mdtraj.Topology()
residue = top.add_residue("A", top.add_chain())
for _ in range(2):
    top.add_atom("A", None, residue)
trajectory = mdtraj.Trajectory(
    numpy.array([[[0.5, 0.5, 0.5], [2.5, 2.5, 2.5]]]), top, unitcell_lengths=[[3, 3, 3]], unitcell_angles=[[90, 90, 90]]
)
trajectory.save_lammpstrj("a.lammpstrj")
bounds = [[float(v) for v in line.split()] for line in open("a.lammpstrj").read().splitlines()[5:8]]
print("MDTraj", importlib.metadata.version("mdtraj"))
print("a box of 3 nm from 0, particles at 0.5 and 2.5 nm")
print("expected: bounds 0 and 30 Å")
print("seen:", bounds[0], "Å")
assert abs(bounds[0][0] - 5) < 1e-4 and abs(bounds[0][1] - 35) < 1e-4
PROGRAM
