"""One peer as a process that stays: asked on stdin, answering on stdout, one JSON object a line.

    worker.py jax|torch|mdanalysis --threads T
    ← {"row": "encode", "batch": 64, "seconds": 2.0}
    → {"row": "encode", "unit": "frames/s", "rate": 1.0e6, "parameters": 13192, "formulation": "whole"}

It stays so that compiling happens once while the contenders take turns. A row that the peer does not have gives
"rate": null. Where a row can be written in several ways, the first asking times each and keeps the fastest.
"""

import argparse
import importlib
import json
import os
import sys
import time

from sizes import UNITS

WARM_UP_SECONDS = 0.3
TRIAL_SECONDS = 0.4
TRIAL_ROUNDS = 3


class Formulation:
    """One way to compute a row: `call()` does `units` units of work and waits for the result."""

    def __init__(self, name, call, units, parameters):
        self.name, self.call, self.units, self.parameters = name, call, units, parameters

    def rate(self, seconds):
        calls, start = 0, time.perf_counter()
        while (elapsed := time.perf_counter() - start) < seconds or calls == 0:
            self.call()
            calls += 1
        return calls * self.units / elapsed


def fastest(formulations):
    """The formulation with the best of a few short trials, the formulations taking turns."""
    best = dict.fromkeys(formulations, 0.0)
    for formulation in formulations:
        formulation.call()
    if len(formulations) > 1:
        for _ in range(TRIAL_ROUNDS):
            for formulation in formulations:
                best[formulation] = max(best[formulation], formulation.rate(TRIAL_SECONDS))
    return max(best, key=best.get)


def answer(question, rows, chosen):
    name, batch = question["row"], question["batch"]
    reply = {"row": name, "unit": UNITS[name], "rate": None, "parameters": None, "formulation": None}
    if name not in rows:
        return reply
    if (name, batch) not in chosen:
        chosen[name, batch] = fastest(rows[name](batch))
    formulation = chosen[name, batch]
    formulation.rate(WARM_UP_SECONDS)
    reply["rate"] = formulation.rate(question["seconds"])
    reply["parameters"], reply["formulation"] = formulation.parameters, formulation.name
    return reply


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("peer", choices=["jax", "torch", "mdanalysis"])
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    # The peers read these when they are imported, so they are set before.
    if arguments.threads == 1:
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    os.environ["OMP_NUM_THREADS"] = str(arguments.threads)
    os.environ["JAX_PLATFORMS"] = "cpu"
    rows = importlib.import_module(f"{arguments.peer}_rows").rows(arguments.threads)
    chosen = {}
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line), rows, chosen)), flush=True)


if __name__ == "__main__":
    main()
