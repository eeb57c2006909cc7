#!/bin/sh
# POT's one-dimensional Wasserstein distance is W to the power p, its sliced one is W; SciPy's energy distance is a root.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'POT==0.9.7.post1' 'numpy==2.4.6' 'scipy==1.17.1'
cd "$folder"
venv/bin/python - <<'PROGRAM'
import numpy
import ot
import scipy
from scipy.stats import energy_distance

a, b = numpy.zeros(1), numpy.full(1, 3.0)
power = float(ot.wasserstein_1d(a, b, p=2))
sliced = float(ot.sliced_wasserstein_distance(a[:, None], b[:, None], n_projections=8, p=2))
energy = energy_distance(a, b)
print("POT", ot.__version__, "SciPy", scipy.__version__)
print("two points at distance 3")
print("expected: 3 from both of POT's with p = 2, 2·3 = 6 from the energy distance 2E|x − y| − E|x − x'| − E|y − y'|")
print(f"seen: wasserstein_1d {power:g}, sliced_wasserstein_distance {sliced:g}, energy_distance {energy:.4f} (√6)")
assert abs(power - 9) < 1e-9 and abs(sliced - 3) < 1e-9 and abs(energy - 6 ** 0.5) < 1e-9
PROGRAM
