#!/usr/bin/env python3
"""Makes the arrays beside this file, as NumPy and other writers of .npy files have them, with NumPy 2.4.

The values are those of `x` in different types and orders, positions [2, 3, 4, 2] of trajectories, frames, particles and
space; the tests know them by formula: element number i in C order is i / 4, or i, or i % 2.
"""
import io
import pathlib
import zipfile

import numpy as np

folder = pathlib.Path(__file__).parent
shape = (2, 3, 4, 2)
i = np.arange(48).reshape(shape)
x = i / 4

np.save(folder / "fortran.npy", np.asfortranarray(x))
np.save(folder / "fortran-big-endian-integers.npy", np.asfortranarray(i.astype(">i2")))
np.save(folder / "big-endian.npy", x.astype(">f8"))
np.save(folder / "big-endian-single.npy", x.astype(">f4"))
np.save(folder / "half.npy", x.astype("<f2"))
np.save(folder / "half-big-endian.npy", x.astype(">f2"))
np.save(folder / "long-double.npy", (x * 3 / 3).astype(np.longdouble))
np.save(folder / "integers.npy", i)
np.save(folder / "booleans.npy", i % 2 == 1)
np.save(folder / "halves.npy", np.array([0, -0.0, 5.9604645e-08, 6.1035156e-05, -65504, np.inf, np.nan], "<f2"))
with open(folder / "version-3.npy", "wb") as f:
    np.lib.format.write_array(f, x, version=(3, 0))


def with_header(name, header, data):
    """A file of format 1.0 with a header that NumPy 2 does not write."""
    with open(folder / name, "wb") as f:
        f.write(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + data)


# As NumPy writes it under Python 2 on Windows; and as other programs do: native order, another order of the keys.
with_header("python-2.npy", b"{'descr': '<f8', 'fortran_order': False, 'shape': (2L, 3L, 4L, 2L), }   \n", x.tobytes())
with_header("native.npy", b'{"shape":(2,3,4,2),"fortran_order":False,"descr":"=f8"}', x.tobytes())

np.savez_compressed(folder / "fortran-compressed.npz", np.asfortranarray(x))
np.savez(folder / "trajectories.npz", trajectories=x, types=np.tile(np.arange(4) % 2, (2, 1)))
np.savez_compressed(
    folder / "everything.npz", positions=x, observables=x.sum((2, 3)), observable_names=np.array(["sum"]),
    time=np.arange(3, dtype="f4") * np.float32(0.02) + np.float32(1), box=np.array([4, 16]), velocities=x, note=np.array("text"))
np.savez(folder / "two.npz", x, x)
np.save(folder / "objects.npy", np.array([x[0], x[0, :2]], dtype=object))
np.save(folder / "text.npy", np.array(["A", "Bé"]))
np.save(folder / "text-big-endian.npy", np.array(["A", "Bé"]).astype(">U2"))
np.save(folder / "structured.npy", np.zeros(2, [("x", "<f4"), ("y", "<i2")]))

single = io.BytesIO()
np.save(single, x)
for name, method in [("bzip2.npz", zipfile.ZIP_BZIP2), ("lzma.npz", zipfile.ZIP_LZMA)]:
    with zipfile.ZipFile(folder / name, "w", method) as archive:
        archive.writestr("positions.npy", single.getvalue())

# One configuration of two species.
np.savez_compressed(
    folder / "start.npz", trajectories=x[:1, 0], types=np.arange(4)[None] % 2, box=np.array([4, 4]), velocities=x[0, 0])
