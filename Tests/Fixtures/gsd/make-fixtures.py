#!/usr/bin/env python3
"""Makes the files beside this one with the Python package gsd 5.0.1, and `reference.json`: what gsd reads from them.

    pip install gsd==5.0.1 numpy && ./make-fixtures.py
"""
import json
import pathlib

import gsd.fl
import gsd.hoomd
import numpy as np

folder = pathlib.Path(__file__).parent


def frame(n, step=None, seed=0, **particles):
    random = np.random.default_rng(seed)
    result = gsd.hoomd.Frame()
    result.configuration.step = step
    result.particles.N = n
    result.particles.position = random.uniform(-2, 2, (n, 3))
    for name, value in particles.items():
        setattr(result.particles, name, value)
    return result


# A tilted box; types, masses, velocities and images in frame 0; a frame that sets nothing but its positions; one with
# another number of particles; one that is as frame 0 again.
first = frame(
    4, 10, 1, types=["A", "B2"], typeid=[0, 1, 1, 0], mass=[1, 2, 3, 4], charge=[0.5, -0.5, 0, 0],
    velocity=np.arange(12).reshape(4, 3) / 4, image=np.arange(12).reshape(4, 3) - 3, orientation=[[0, 1, 0, 0]] * 4)
first.configuration.box = [4, 5, 6, 0.5, 0.25, -0.5]
first.log["particles/energy"] = np.array([1.5, 2.5, 3.5, 4.5])
first.log["particles/force"] = np.arange(12.0).reshape(4, 3)
first.log["pressure"] = np.array([7.5])
changed = frame(4, 20, 2, mass=[5, 6, 7, 8])
changed.configuration.box = [4.5, 5, 6, 0.5, 0.25, -0.5]
changed.log["particles/energy"] = np.array([0.5, 0.5, 0.5, 0.5])
with gsd.hoomd.open(folder / "tilted.gsd", "w") as file:
    file.extend([first, changed, frame(4, 30, 3), frame(2, 40, 4), frame(4, 50, 1)])

flat = frame(3, 0, 5)
flat.configuration.box = [3, 4, 0, 0.5, 0, 0]
flat.configuration.dimensions = 2
flat.particles.position[:, 2] = 0
with gsd.hoomd.open(folder / "flat.gsd", "w") as file:
    file.append(flat)

with gsd.hoomd.open(folder / "double.gsd", "w", precision="double") as file:
    for step in range(3):
        file.append(frame(5, step, step))

# Frames that set nothing at all have no entry in the index.
still = frame(2, 5, 6)
with gsd.hoomd.open(folder / "still.gsd", "w") as file:
    file.extend([still, still, still, frame(2, 6, 7)])

# The layout of versions before 2: names of 64 bytes each.
with gsd.hoomd.open(folder / "version-1.gsd", "w") as file:
    file.extend([first, changed])
data = bytearray((folder / "version-1.gsd").read_bytes())
start, room = (int.from_bytes(data[at:at + 8], "little") for at in (24, 32))
names = bytes(data[start:start + 64 * room]).split(b"\0")
names = names[:names.index(b"")]
data[24:40] = len(data).to_bytes(8, "little") + len(names).to_bytes(8, "little")
data[44:48] = (1 << 16).to_bytes(4, "little")
(folder / "version-1.gsd").write_bytes(bytes(data) + b"".join(name.ljust(64, b"\0") for name in names))

with gsd.fl.open(folder / "other.schema", "w", "make-fixtures", "other", [1, 0]) as file:
    file.write_chunk("value", np.array([1.0]))
    file.end_frame()

reference = {}
for name in ["tilted", "flat", "double", "still", "version-1"]:
    with gsd.hoomd.open(folder / f"{name}.gsd") as file:
        reference[name] = [
            {
                "step": int(f.configuration.step), "dimensions": int(f.configuration.dimensions),
                "box": [float(x) for x in f.configuration.box], "types": f.particles.types,
                "energy": np.asarray(f.log.get("particles/energy", [])).tolist(),
                "force": np.asarray(f.log.get("particles/force", [])).ravel().tolist(),
                **{
                    key: np.asarray(getattr(f.particles, key), dtype=float).ravel().tolist()
                    for key in ["position", "typeid", "mass", "charge", "velocity", "image", "orientation"]
                },
            }
            for f in file
        ]
(folder / "reference.json").write_text(json.dumps(reference, indent=1) + "\n")
