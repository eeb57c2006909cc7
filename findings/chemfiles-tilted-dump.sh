#!/bin/sh
# chemfiles takes the bounds of a tilted box in LAMMPS's text dumps for its edges.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'chemfiles==0.10.4' 'numpy==2.4.6'
cd "$folder"
venv/bin/python - <<'PROGRAM'
import pathlib

import chemfiles

pathlib.Path("a.lammpstrj").write_text("""ITEM: TIMESTEP
0
ITEM: NUMBER OF ATOMS
1
ITEM: BOX BOUNDS xy xz yz pp pp pp
-3 10 -3
0 10 0
0 10 0
ITEM: ATOMS id type xs ys zs
1 1 0.5 0.5 0.5
""")
with chemfiles.Trajectory("a.lammpstrj", "r", "LAMMPS") as trajectory:
    frame = trajectory.read()
edge, x = float(frame.cell.matrix[0][0]), float(frame.positions[0][0])
print("chemfiles 0.10.4")
print("a text dump of a box with edges of 10 and a tilt xy = -3, whose bounds are -3 and 10 (LAMMPS's manual); xs = ys = 0.5")
print("expected: a = 10, x = 0.5 · 10 + 0.5 · (-3) = 3.5")
print(f"seen: a = {edge:.6g}, x = {x:.6g}")
assert abs(edge - 13) < 1e-9 and abs(x - 3.5) > 1
PROGRAM
