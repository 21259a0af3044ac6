"""Runs a benchmark that is a list of points, each a function of the bench, all of them or those that --only names."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import report


def say(text):
    print(text, file=sys.stderr, flush=True)


def measured(title, places, bench_of, points, text_of):
    """Makes a bench of the options and a folder, runs the points, prints what `text_of` makes of their results, and writes it."""
    parser = argparse.ArgumentParser()
    for name in ("release", "peers", "launch", "scratch", *places, "about"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--write")
    options = parser.parse_args()
    busy = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
        bench, found = bench_of(options, Path(folder)), []
        for name, point in points.items():
            if not options.only or name in options.only.split(","):
                say(name)
                found.append(point(bench))
    text = text_of(bench, report.machine(bench.versions(), options, busy), found)
    print(text)
    if options.write:
        report.into(options.write, text, title)
