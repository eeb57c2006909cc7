#!/bin/sh
# MDAnalysis reads the first frame of a GRO file of several.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'MDAnalysis==2.11.0' 'mdtraj==1.11.1' 'numpy==2.4.6'
cd "$folder"
venv/bin/python -W ignore - <<'PROGRAM'
import MDAnalysis
import mdtraj
import numpy

top = mdtraj.Topology()
residue = top.add_residue("A", top.add_chain())
for _ in range(2):
    top.add_atom("A", None, residue)
trajectory = mdtraj.Trajectory(
    numpy.random.default_rng(0).random((3, 2, 3)), top, time=[0, 1, 2],
    unitcell_lengths=[[3, 3, 3]] * 3, unitcell_angles=[[90, 90, 90]] * 3,
)
trajectory.save_gro("a.gro")
frames = len(MDAnalysis.Universe("a.gro").trajectory)
print("MDAnalysis", MDAnalysis.__version__)
print("a GRO file of 3 frames, as `gmx trjconv -o a.gro` and MDTraj write them")
print("expected: 3 frames, or an error")
print(f"seen: {frames} frame; MDTraj reads {len(mdtraj.load('a.gro'))}")
assert frames == 1 and len(mdtraj.load("a.gro")) == 3
PROGRAM
