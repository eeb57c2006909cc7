#!/bin/sh
# deeptime takes a tuple of two arrays for pairs (x(t), x(t + lag)), a list of the same two for two trajectories.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'deeptime==0.5.0' 'numpy==2.4.6'
cd "$folder"
venv/bin/python - <<'PROGRAM'
import deeptime
import numpy
from deeptime.decomposition import VAMP

random = numpy.random.default_rng(0)
x = numpy.zeros(4000)
for t in range(1, x.size):
    x[t] = 0.95 * x[t - 1] + random.standard_normal()
halves = x[:2000, None], x[2000:, None]


def singular_value(data):
    return VAMP(lagtime=1, dim=1).fit(data).fetch_model().singular_values[0]


of_list, of_tuple = singular_value(list(halves)), singular_value(tuple(halves))
print("deeptime", deeptime.__version__)
print("two trajectories of an AR(1) process with correlation 0.95 after one step, fitted with lag time 1")
print("expected: about 0.95 however the two are put together")
print(f"seen: {of_list:.3f} for a list, {of_tuple:.3f} for a tuple, without a warning: a tuple is pairs")
assert of_list > 0.9 and of_tuple < 0.2
PROGRAM
