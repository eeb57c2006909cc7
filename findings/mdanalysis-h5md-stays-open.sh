#!/bin/sh
# MDAnalysis leaves an H5MD file open, and locked, after the with block of its writer.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'MDAnalysis==2.11.0' 'h5py==3.16.0' 'numpy==2.4.6'
cd "$folder"
venv/bin/python -W ignore - <<'PROGRAM'
import subprocess
import sys

import MDAnalysis

universe = MDAnalysis.Universe.empty(3, trajectory=True)
universe.trajectory.ts.dimensions = [30, 30, 30, 90, 90, 90]
with MDAnalysis.Writer("a.h5md", 3, lengthunit="Angstrom", timeunit="ps") as writer:
    writer.write(universe.atoms)


def opens():
    """Whether another program can open the file."""
    return subprocess.run([sys.executable, "-c", "import h5py; h5py.File('a.h5md', 'r')"], capture_output=True).returncode == 0


after_the_block = opens()
del writer
after_it_is_gone = opens()
print("MDAnalysis", MDAnalysis.__version__)
print("expected: another program can open the file after the with block of the writer, as it can XTC or DCD")
print(f"seen: after the block {after_the_block}, after `del writer` {after_it_is_gone}")
assert not after_the_block and after_it_is_gone
PROGRAM
