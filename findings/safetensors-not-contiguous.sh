#!/bin/sh
# safetensors stores other values of a NumPy array that is a view of another, without a word.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'safetensors==0.8.0' 'numpy==2.4.6'
cd "$folder"
venv/bin/python -W ignore - <<'PROGRAM'
import numpy
import safetensors
from safetensors.numpy import load_file, save_file

every_second = numpy.arange(12.0)[::2]
transposed = numpy.arange(6.0).reshape(2, 3).T
save_file({"every_second": every_second, "transposed": transposed}, "a.safetensors")
seen = load_file("a.safetensors")
print("safetensors", safetensors.__version__, "NumPy", numpy.__version__)
print("expected:", every_second.tolist(), "and", transposed.tolist())
print("seen:", seen["every_second"].tolist(), "and", seen["transposed"].tolist())
assert seen["every_second"].tolist() == [0, 1, 2, 3, 4, 5] and seen["transposed"].shape == (3, 2)
assert not numpy.array_equal(seen["transposed"], transposed)
PROGRAM
