"""Two builds of ours against each other, in pairs that follow each other at once."""

import pathlib
import random
import statistics
import subprocess
import sys

import contenders

BUILDS = contenders.ROOT / ".build-against"
PRODUCT = "macrostate-benchmark"


def build(commit):
    """The benchmark's program of a commit, built in a folder of its own that stays for the next time."""
    name = subprocess.run(
        ["git", "-C", contenders.ROOT, "rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}"],
        capture_output=True,
        text=True,
    ).stdout.strip()
    if not name:
        sys.exit(f"--against {commit}: there is no such commit")
    folder = BUILDS / name[:12]
    program = folder / ".build" / "release" / PRODUCT
    if program.exists():
        return program
    if not (folder / "Package.swift").exists():
        folder.mkdir(parents=True, exist_ok=True)
        archive = subprocess.Popen(["git", "-C", contenders.ROOT, "archive", name], stdout=subprocess.PIPE)
        unpacked = subprocess.run(["tar", "-x", "-C", folder], stdin=archive.stdout)
        if archive.wait() != 0 or unpacked.returncode != 0:
            sys.exit(f"{folder}: {commit} cannot be unpacked there")
    print(f"building {commit} in {folder} …", file=sys.stderr)
    command = ["swift", "build", "--package-path", folder, "-c", "release", "--product", PRODUCT]
    if subprocess.run([str(word) for word in command], stdout=sys.stderr).returncode != 0:
        sys.exit(f"{commit} does not build in {folder}")
    return program


def interval(ratios, share=0.95, draws=10_000):
    """The bootstrap interval of the median."""
    source = random.Random(0)
    medians = sorted(statistics.median(source.choices(ratios, k=len(ratios))) for _ in range(draws))
    rest = (1 - share) / 2
    return medians[int(rest * draws)], medians[int((1 - rest) * draws) - 1]


def measure(cases, threads, program, pairs, seconds):
    """Rows of new/old for each case: the median of `pairs` ratios and its interval."""
    new, old = contenders.Ours(threads), contenders.Ours(threads, pathlib.Path(program))
    for name, batch in cases:
        ratios = []
        for number in range(pairs):
            # Who comes first changes, so that what the first leaves behind favours neither.
            order = (new, old) if number % 2 == 0 else (old, new)
            try:
                rates = {who: who.ask(name, batch, seconds)["rate"] for who in order}
            except contenders.Failure as failure:
                print(f"left out of {name}: {failure}", file=sys.stderr)
                break
            ratios.append(rates[new] / rates[old])
        if ratios:
            low, high = interval(ratios)
            yield {
                "name": name,
                "batch": batch,
                "threads": threads,
                "pairs": len(ratios),
                "median": statistics.median(ratios),
                "low": low,
                "high": high,
            }


def text(commit, rows):
    """The table: a row is slower where its whole interval is below 1, or its median below 0.97."""
    yield f"this build against {commit}: median of the ratios, its bootstrap 95 % interval"
    for row in rows:
        slower = row["high"] < 1 or row["median"] < 0.97
        yield (
            f"{row['name']:<22}{row['batch']:>6}{row['threads']:>3}  {row['median']:.3f}"
            f"  {row['low']:.3f} to {row['high']:.3f}  {row['pairs']} pairs{'  slower' if slower else ''}"
        )
