"""The row in MDAnalysis, the usual reader of such files in Python: every frame's positions, types and box."""

import os
import warnings

import MDAnalysis
import numpy as np

from worker import Formulation


def import_dump(frames):
    path = os.environ["MACROSTATE_BENCHMARK_DUMP"]

    def read():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            universe = MDAnalysis.Universe(path, topology_format="LAMMPSDUMP", format="LAMMPSDUMP")
            positions = np.empty((frames, len(universe.atoms), 3), np.float32)
            for frame, step in enumerate(universe.trajectory):
                positions[frame] = step.positions
        universe.trajectory.close()
        return positions

    whole = read()
    return [Formulation("every frame into one array", read, whole.shape[0] * whole.shape[1], None)]


def rows(threads):
    """Row name → batch → its formulations; the reader has one thread."""
    return {"import-dump": import_dump}
