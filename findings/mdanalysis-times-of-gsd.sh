#!/bin/sh
# MDAnalysis gives the numbers of frames as the times of a GSD file.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'MDAnalysis==2.11.0' 'gsd==5.0.1' 'numpy==2.4.6'
cd "$folder"
venv/bin/python -W ignore - <<'PROGRAM'
import gsd.hoomd
import MDAnalysis

with gsd.hoomd.open("a.gsd", "w") as file:
    for step in (0, 500, 1500):
        frame = gsd.hoomd.Frame()
        frame.configuration.step, frame.configuration.box = step, [5, 5, 5, 0, 0, 0]
        frame.particles.N, frame.particles.position = 2, [[0, 0, 0], [1, 1, 1]]
        file.append(frame)
universe = MDAnalysis.Universe("a.gsd")
times, units = [float(ts.time) for ts in universe.trajectory], universe.trajectory.units
print("MDAnalysis", MDAnalysis.__version__, "gsd", gsd.version.version)
print("frames of the steps 0, 500, 1500")
print("expected: times in proportion to the steps, or none")
print(f"seen: {times}, units {dict(units)}")
assert times == [0, 1, 2]
PROGRAM
