#!/bin/sh
# ASE takes the type numbers of a LAMMPS dump for atomic numbers, and gives masses and temperatures of these elements.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'ase==3.29.0' 'numpy==2.4.6'
cd "$folder"
venv/bin/python - <<'PROGRAM'
import ase
import ase.io

frame = """ITEM: TIMESTEP
0
ITEM: NUMBER OF ATOMS
2
ITEM: BOX BOUNDS pp pp pp
0 10
0 10
0 10
ITEM: ATOMS id type x y z vx vy vz
1 1 1 1 1 1 0 0
2 2 2 2 2 -1 0 0
"""
with open("types.dump", "w") as file:
    file.write(frame)
atoms = ase.io.read("types.dump", format="lammps-dump-text")
symbols, masses = atoms.get_chemical_symbols(), atoms.get_masses().tolist()
print("ase", ase.__version__)
print("a dump with the types 1 and 2, which LAMMPS numbers as the user likes, and no elements")
print("expected: no elements and no masses, or an error for what needs them")
print(f"seen: {symbols} of masses {masses}, and a temperature of {atoms.get_temperature():.1f} K, without a warning")
assert symbols == ["H", "He"] and abs(masses[1] - 4.0026) < 1e-3 and atoms.get_temperature() > 0
PROGRAM
