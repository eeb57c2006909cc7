#!/bin/sh
# Readers of LAMMPS's scaled coordinates leave out the corner of the box.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'MDAnalysis==2.11.0' 'ase==3.29.0' 'mdtraj==1.11.1' 'numpy==2.4.6'
cd "$folder"
venv/bin/python -W ignore - <<'PROGRAM'
import pathlib

import ase.io
import MDAnalysis
import mdtraj

pathlib.Path("a.lammpstrj").write_text("""ITEM: TIMESTEP
0
ITEM: NUMBER OF ATOMS
2
ITEM: BOX BOUNDS pp pp pp
10 20
10 20
10 20
ITEM: ATOMS id type xs ys zs
1 1 0.2 0.5 0.5
2 1 0.7 0.5 0.5
""")
top = mdtraj.Topology()
residue = top.add_residue("A", top.add_chain())
for _ in range(2):
    top.add_atom("A", None, residue)
reader = MDAnalysis.Universe("a.lammpstrj", format="LAMMPSDUMP", topology_format="LAMMPSDUMP")
seen = {
    f"MDAnalysis {MDAnalysis.__version__}": float(reader.atoms.positions[0, 0]),
    f"ASE {ase.__version__}": float(ase.io.read("a.lammpstrj", format="lammps-dump-text").positions[0, 0]),
    "MDTraj 1.11.1 (nm)": float(mdtraj.load("a.lammpstrj", top=top).xyz[0, 0, 0]),
}
print("a text dump with xs = 0.2 in a box from 10 to 20")
print("expected: x = 10 + 0.2 · 10 = 12 (MDTraj: 1.2 nm)")
for name, x in seen.items():
    print(f"seen: {name}: {x:.6g}")
values = list(seen.values())
assert abs(values[0] + 8) < 1e-5 and abs(values[1] - 2) < 1e-5 and abs(values[2] - 0.02) < 1e-6
PROGRAM
