#!/bin/sh
# chemfiles gives the times of a DCD file in another unit than picoseconds, the unit of its other formats.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'chemfiles==0.10.4' 'MDAnalysis==2.11.0' 'numpy==2.4.6'
cd "$folder"
venv/bin/python - <<'PROGRAM'
import chemfiles
import MDAnalysis
import numpy

universe = MDAnalysis.Universe.empty(12, trajectory=True)
with MDAnalysis.Writer("a.dcd", 12, dt=0.2) as writer:
    for _ in range(3):
        universe.trajectory.ts.dimensions = [30, 30, 30, 90, 90, 90]
        universe.atoms.positions = numpy.random.default_rng(0).random((12, 3)) * 30
        writer.write(universe.atoms)
times = [float(frame.time) for frame in MDAnalysis.coordinates.DCD.DCDReader("a.dcd")]
with chemfiles.Trajectory("a.dcd") as trajectory:
    others = [trajectory.read()["time"] for _ in range(3)]
print("chemfiles 0.10.4, MDAnalysis", MDAnalysis.__version__)
print("a DCD file of 3 frames, 0.2 ps apart, as MDAnalysis writes it (the header's unit of time is 0.04888821 ps)")
print("expected: 0, 0.2, 0.4 from both")
print(f"seen: MDAnalysis {[round(t, 4) for t in times]}, chemfiles {[round(t, 4) for t in others]}")
assert numpy.allclose(times, [0, 0.2, 0.4], atol=1e-6)
assert numpy.allclose(others, numpy.array(times) / 0.04888821, rtol=1e-4)
PROGRAM
