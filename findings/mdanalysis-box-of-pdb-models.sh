#!/bin/sh
# MDAnalysis has no box in any frame of a PDB file of several models, of its own files neither.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'MDAnalysis==2.11.0' 'numpy==2.4.6'
cd "$folder"
venv/bin/python -W ignore - <<'PROGRAM'
import MDAnalysis
import numpy

universe = MDAnalysis.Universe.empty(3, trajectory=True)
universe.trajectory.ts.dimensions = [30, 30, 30, 90, 90, 90]
universe.atoms.positions = numpy.arange(9.0).reshape(3, 3)
seen = {}
for name, models in (("one.pdb", 1), ("two.pdb", 2)):
    with MDAnalysis.Writer(name, multiframe=models > 1) as writer:
        for _ in range(models):
            writer.write(universe.atoms)
    assert "CRYST1   30.000" in open(name).read()
    seen[models] = [ts.dimensions for ts in MDAnalysis.Universe(name).trajectory]
print("MDAnalysis", MDAnalysis.__version__)
print("expected: the box of CRYST1, 30 × 30 × 30, in the frames of a file of one model and of two")
for models, boxes in seen.items():
    print(f"seen: {models} model(s): {[None if b is None else b[:3].tolist() for b in boxes]}")
assert seen[1][0][0] == 30 and seen[2] == [None, None]
PROGRAM
