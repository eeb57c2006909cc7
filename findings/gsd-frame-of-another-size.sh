#!/bin/sh
# A GSD frame with another number of particles loses the types and masses of frame 0 for the defaults.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'gsd==5.0.1' 'numpy==2.4.6'
cd "$folder"
venv/bin/python - <<'PROGRAM'
import gsd
import gsd.hoomd

with gsd.hoomd.open("growing.gsd", "w") as file:
    for count in (3, 3, 4):
        frame = gsd.hoomd.Frame()
        frame.configuration.box = [5, 5, 5, 0, 0, 0]
        frame.particles.N = count
        frame.particles.position = [[0, 0, 0]] * count
        if len(file) == 0:
            frame.particles.types = ["A", "B"]
            frame.particles.typeid = [0, 1, 1]
            frame.particles.mass = [2, 3, 4]
        file.append(frame)
with gsd.hoomd.open("growing.gsd", "r") as file:
    seen = [(f.particles.typeid.tolist(), f.particles.mass.tolist()) for f in file]
print("gsd", gsd.version.version)
print("frames of 3, 3 and 4 particles; types and masses are written in frame 0 alone")
print("expected: those of frame 0 for the first three particles of every frame, or an error")
for number, (types, masses) in enumerate(seen):
    print(f"seen: frame {number}: types {types}, masses {masses}")
assert seen[1] == ([0, 1, 1], [2, 3, 4]) and seen[2] == ([0, 0, 0, 0], [1, 1, 1, 1])
PROGRAM
