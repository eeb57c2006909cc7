#!/usr/bin/env python3
"""Runs our rows and the peers' in turns and prints a table of ratios; writes Benchmarks/results/latest.json.

Each round asks every contender for a couple of seconds of the same row, one after another, the others idle; a rate is
the median over the rounds, so that a slow minute of the machine meets all alike. Needs the standard library alone.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import sys
import tempfile

import against
import contenders
import dump
import table

RESULTS = pathlib.Path(__file__).resolve().parents[1] / "results"
UNITS = {
    "train-autoencoder": "sets/s",
    "train-set-transformer": "sets/s",
    "encode": "frames/s",
    "train-dynamics": "steps/s",
    "rollout": "trajectory-steps/s",
    "simulate": "pairs/s",
    "train-sde": "steps/s",
    "ensemble": "trajectory-steps/s",
    "import-dump": "atoms/s",
}
# The batch: sets, frames, pairs of states, trajectories, systems side by side, pairs, paths, frames of the dump.
BATCHES = {
    "train-autoencoder": [64, 16, 256],
    "train-set-transformer": [64],
    "encode": [64],
    "train-dynamics": [1024],
    "rollout": [1000],
    "simulate": [8],
    "train-sde": [1024],
    "ensemble": [10000],
    "import-dump": [501],
}
NAMES = ["macrostate", "jax", "torch", "mdanalysis"]
# Rows that other peers than JAX and PyTorch have.
PEERS = {"import-dump": ["mdanalysis"]}


def processor():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def machine():
    return {
        "processor": processor(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "load": round(os.getloadavg()[0], 2),
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="minutes"),
    }


def measure(present, cases, threads, rounds, seconds):
    """Rows and the extras of their replies. The cases of one row share its rounds, so that batches compare too."""
    rates = {case: {c.name: [] for c in present} for case in cases}
    replies = {case: {} for case in cases}
    lost = set()
    for _ in range(rounds):
        for name, batch in cases:
            for contender in present:
                if contender.name in lost:
                    continue
                try:
                    reply = contender.ask(name, batch, seconds)
                except contenders.Failure as failure:
                    print(f"left out of {name}: {failure}", file=sys.stderr)
                    lost.add(contender.name)
                    continue
                replies[name, batch][contender.name] = reply
                if reply["rate"] is not None:
                    rates[name, batch][contender.name].append(reply["rate"])
    rows = []
    for name, batch in cases:
        medians = {who: statistics.median(r) for who, r in rates[name, batch].items() if r}
        row = {"name": name, "batch": batch, "threads": threads, "unit": UNITS[name]}
        rows.append(row | {who: medians.get(who) for who in NAMES})
    return rows, {(name, batch, threads): replies[name, batch] for name, batch in cases}


def contenders_of(row, wanted):
    peers = PEERS.get(row, ["jax", "torch"])
    return [name for name in wanted if name in ["macrostate", *peers]]


def run(arguments):
    rows, extras = [], {}
    for threads in arguments.threads:
        for name in arguments.rows:
            # Fresh workers a row: none carries another row's memory along.
            present = contenders.present(contenders_of(name, arguments.only), threads)
            if not present:
                print(f"{name}: no contender can start (see above)", file=sys.stderr)
                continue
            try:
                cases = [(name, batch) for batch in BATCHES[name]]
                print(f"{name}, {threads} thread(s) …", file=sys.stderr)
                new_rows, new_extras = measure(present, cases, threads, arguments.rounds, arguments.seconds)
            finally:
                for contender in present:
                    contender.close()
            rows += new_rows
            extras |= new_extras
    return rows, extras


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", nargs="+", choices=list(UNITS), default=list(UNITS))
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--only", nargs="+", choices=NAMES, default=NAMES, help="contenders to ask")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="of measuring, a contender and round")
    parser.add_argument("--against", metavar="COMMIT", help="pair this build with that of a commit instead of peers")
    parser.add_argument("--pairs", type=int, default=15, help="of --against, a row")
    parser.add_argument("--output", type=pathlib.Path, help="default: results/latest.json, of a part partial.json")
    arguments = parser.parse_args()
    if arguments.against:
        arguments.output = arguments.output or RESULTS / "against.json"
    whole = set(arguments.rows) == set(UNITS) and set(arguments.only) == set(NAMES) and {1, 2} <= set(arguments.threads)
    arguments.output = arguments.output or RESULTS / ("latest.json" if whole else "partial.json")
    if min(arguments.rounds, arguments.pairs) < 1 or not arguments.seconds > 0 or min(arguments.threads) < 1:
        parser.error("rounds, pairs, seconds and threads must be positive")
    return arguments


def compare(arguments, about):
    """Pairs with another commit's build."""
    program = against.build(arguments.against)
    rows = []
    for threads in arguments.threads:
        for name in arguments.rows:
            cases = [(name, batch) for batch in BATCHES[name]]
            print(f"{name}, {threads} thread(s) …", file=sys.stderr)
            rows += against.measure(cases, threads, program, arguments.pairs, arguments.seconds)
    printed = "\n".join(against.text(arguments.against, rows)) + "\n"
    print(printed)
    arguments.output.write_text(json.dumps({"machine": about, "against": arguments.against, "rows": rows}, indent=2) + "\n")
    print(f"written: {arguments.output}")


def main():
    arguments = parse()
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    about = machine()
    with tempfile.TemporaryDirectory() as folder:
        if "import-dump" in arguments.rows:
            path = pathlib.Path(folder) / "mixture.lammpstrj"
            dump.write(path, BATCHES["import-dump"][0])
            os.environ[contenders.DUMP] = str(path)
        if arguments.against:
            compare(arguments, about)
            return
        rows, extras = run(arguments)
    if not rows:
        sys.exit("nothing was measured: no contender can start (see above)")
    printed = table.text(about, rows, extras)
    print(printed)
    arguments.output.write_text(json.dumps({"machine": about, "rows": rows}, indent=2) + "\n")
    arguments.output.with_suffix(".txt").write_text(printed)
    print(f"written: {arguments.output}")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("stopped; nothing was written")
