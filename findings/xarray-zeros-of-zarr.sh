#!/bin/sh
# xarray reads the zeros of a Zarr array of format 2 as NaN, where the fill value was left at its default.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'xarray==2026.9.0' 'zarr==3.1.6' 'numpy==2.4.6'
cd "$folder"
venv/bin/python -W ignore - <<'PROGRAM'
import xarray
import zarr

group = zarr.open_group("x.zarr", mode="w", zarr_format=2)
array = group.create_array("x", shape=(4,), dtype="f8", attributes={"_ARRAY_DIMENSIONS": ["time"]})
array[:] = [0, 1, 0, 2]
seen = xarray.open_zarr("x.zarr", consolidated=False)["x"].values
print("zarr", zarr.__version__, "xarray", xarray.__version__)
print("expected: 0, 1, 0, 2, as zarr reads it:", array[:].tolist())
print("seen:", seen.tolist())
assert str(seen.tolist()) == "[nan, 1.0, nan, 2.0]" and array[:].tolist() == [0, 1, 0, 2]
PROGRAM
