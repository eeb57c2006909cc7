"""Trajectories in Amber's NetCDF by ParmEd, which stands for Amber: velocities with the factor 20.455 of Amber's own files."""

import numpy as np
import parmed
from parmed.amber import NetCDFTraj

from trajectories import Frames
from trial import check

VERSION = f"ParmEd {parmed.__version__}"


@check("Amber NetCDF", VERSION)
def netcdf(t):
    """The attribute scale_factor of the velocities is obeyed."""
    random = np.random.default_rng(4)
    x, v = random.random((3, 12, 3)) * 30, random.random((3, 12, 3))
    file = NetCDFTraj.open_new(t.path("a.nc"), 12, box=True, vels=True)
    for k in range(3):
        file.add_coordinates(x[k])
        file.add_velocities(v[k])
        file.add_cell_lengths_angles([30.0, 28.0, 26.0], [90.0, 90.0, 90.0])
        file.add_time(0.5 * k + 1)
    file.close()
    found = NetCDFTraj.open_old(t.path("a.nc"))
    theirs = Frames(
        positions=list(np.array(found.coordinates, float)), times=[float(v) for v in found.time], boundaries="ppp",
        boxes=[(np.zeros(3), np.diag(np.array(b[:3], float))) for b in found.box], length_unit="Å", time_unit="ps",
        features=list(np.array(found.velocities, float)),
    )  # fmt: skip
    t.same("a factor stands in the file", b"scale_factor" in open(t.path("a.nc"), "rb").read(), True, tell=False)
    t.compare(t.read("a.nc", "--features", "vx,vy,vz"), theirs, precision=2e-5)
