#!/usr/bin/env python3
"""Checks our readers against the programs of the field: each writes small trajectories, `macrostate import` reads them,
and positions, boxes, times and species are compared with that program's own reading.

    check_formats.py .build/release/macrostate                 all that is installed
    check_formats.py .build/release/macrostate --only gsd,ase  some; what is named must be installed

Prints a table; exit 1 where something differs that is not known and explained. Seeds are fixed.
"""

import argparse
import importlib
import os
import pathlib
import re
import shutil
import sys
import tempfile
import time
import traceback

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER))

import trial
from trial import CHECKS, NotRun, Refused, Trial, quiet

GROUPS = ["gsd", "ase", "mdanalysis", "mdtraj", "chemfiles", "parmed", "h5md", "lammps", "gromacs", "openmm"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", help="our program")
    parser.add_argument("--only", help=f"groups, separated by commas: {','.join(GROUPS)}")
    parser.add_argument("--keep", help="a folder for the files, which stay")
    parser.add_argument("--check", help="only checks with this in their names")
    arguments = parser.parse_args()
    binary = os.path.abspath(arguments.binary)
    if not os.access(binary, os.X_OK):
        parser.error(f"{binary}: no such program")
    names = arguments.only.split(",") if arguments.only else GROUPS
    if unknown := [n for n in names if n not in GROUPS]:
        parser.error(f"--only {unknown[0]}: there are {', '.join(GROUPS)}")
    # Our program finds chemfiles and libhdf5 among this Python's packages.
    os.environ["PATH"] = os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    folder = arguments.keep or tempfile.mkdtemp()
    try:
        sys.exit(run(binary, names, pathlib.Path(folder), arguments))
    finally:
        if not arguments.keep:
            shutil.rmtree(folder)


def run(binary, names, folder, arguments):
    counts = {"agree": 0, "FAULT": 0, "not run": 0}
    for text in missing_in_documentation():
        counts["FAULT"] += 1
        print(f"{'FAULT':8} Documentation/Formats.md: {text}")
    for name in names:
        start, before = time.time(), len(CHECKS)
        try:
            with quiet():
                importlib.import_module(f"by_{name}")
        except (ModuleNotFoundError, NotRun) as error:
            print(f"{'not run':8} {name}: {error}")
            counts["not run"] += 1
            continue
        for format, writer, needs, function in CHECKS[before:]:
            if arguments.check and arguments.check not in function.__name__:
                continue
            state, lines = one(binary, folder / name / function.__name__, needs, function)
            counts[state] += 1
            print(f"{state:8} {format:14} {writer:34} {function.__name__}")
            for line in lines:
                print(f"{'':9}{line}")
        print(f"{'':9}{name}: {time.time() - start:.0f} s", flush=True)
    print(", ".join(f"{count} {state}" for state, count in counts.items()))
    return 1 if counts["FAULT"] or arguments.only and counts["not run"] else 0


def missing_in_documentation():
    """What the page of formats names as a check, and is none; groups that it does not name."""
    page = (FOLDER.parents[1] / "Documentation/Formats.md").read_text()
    named = [(group, name) for group, names in re.findall(r"(\w+): ((?:\w+(?:, )?)+)", page) if group in GROUPS
             for name in names.split(", ")]  # fmt: skip
    for group, name in named:
        source = (FOLDER / f"by_{group}.py").read_text()
        if name != "all" and f"\ndef {name}(" not in source:
            yield f"there is no check '{group}: {name}'"
    for group in set(GROUPS) - {group for group, _ in named}:
        yield f"no row names a check of {group}"


def one(binary, folder, needs, function):
    for program in needs:
        if not shutil.which(program):
            return "not run", [f"{program} is not installed"]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    case = Trial(binary, str(folder))
    try:
        with quiet():
            function(case)
    except (KeyboardInterrupt, SystemExit):
        raise
    except NotRun as error:
        return "not run", [str(error)]
    except Refused as error:
        case.faults.append(str(error))
    except BaseException:  # Errors of chemfiles are no Exceptions.
        case.faults.append("the check itself failed: " + traceback.format_exc(limit=-3))
    lines = [f"agree: {', '.join(dict.fromkeys(case.agreed))}"] if case.agreed else []
    lines += [f"differ: {text}" for text in case.differences] + [f"FAULT: {text}" for text in case.faults]
    return "FAULT" if case.faults else "agree", lines


if __name__ == "__main__":
    main()
