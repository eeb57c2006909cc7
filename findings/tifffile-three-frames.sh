#!/bin/sh
# tifffile writes an array of 3 or 4 frames as one image of colours, and one of 5 as five images.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'tifffile==2026.3.3' 'numpy==2.4.6'
cd "$folder"
venv/bin/python -W ignore - <<'PROGRAM'
import numpy
import tifffile

pages = {}
for frames in (2, 3, 4, 5):
    tifffile.imwrite("a.tif", numpy.zeros((frames, 16, 16), numpy.uint8))
    with tifffile.TiffFile("a.tif") as file:
        pages[frames] = (len(file.pages), file.pages[0].photometric.name)
print("tifffile", tifffile.__version__)
print("arrays (frames, 16, 16), written with the defaults")
print("expected: as many grey images as frames")
for frames, (count, kind) in pages.items():
    print(f"seen: {frames} frames: {count} image(s), {kind}")
assert pages[3] == (1, "RGB") and pages[4] == (1, "RGB") and pages[5] == (5, "MINISBLACK") and pages[2][0] == 2
PROGRAM
