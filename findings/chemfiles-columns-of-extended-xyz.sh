#!/bin/sh
# chemfiles takes the first three numbers of a line of extended XYZ for the position, whatever Properties says.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'chemfiles==0.10.4' 'ase==3.29.0' 'numpy==2.4.6'
cd "$folder"
venv/bin/python - <<'PROGRAM'
import pathlib

import ase
import ase.io
import chemfiles

pathlib.Path("a.xyz").write_text(
    '1\nProperties=species:S:1:force:R:3:pos:R:3 Lattice="9 0 0 0 9 0 0 0 9" pbc="T T T"\nAr 7 7 7 1 2 3\n')
with chemfiles.Trajectory("a.xyz") as trajectory:
    frame = trajectory.read()
position = frame.positions[0].tolist()
print("chemfiles 0.10.4, ASE", ase.__version__)
print("expected: (1, 2, 3), the columns that Properties=species:S:1:force:R:3:pos:R:3 calls pos")
print("seen:", position)
assert position == [7, 7, 7] and ase.io.read("a.xyz").positions[0].tolist() == [1, 2, 3]
PROGRAM
