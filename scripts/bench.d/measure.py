"""Runs the jobs and prints what they took; scripts/bench makes what it needs and starts it.

Only ratios within one run mean something on a machine that others use too. So every program of a task runs once a
round, each round begins with another one, and a ratio is the median over the rounds of theirs beside ours.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from statistics import median

import checks
import jobs
import report
from programs import LIBRARIES, Programs, piped
from runs import Line, run


class Bench:
    def __init__(self, options):
        self.options = options
        self.programs = Programs(options.release, options.peers)

    def run(self, words, *files):
        return run(self.options.launch, words, *files)

    def data(self, kind, quarter=False):
        return getattr(self.options, f"{kind}_quarter" if quarter else kind)

    def task(self, task):
        """Lines of one task, ours first."""
        sample = self.data(task.data, quarter=True)
        essential = checks.essences(task, checks.wanted(task, sample))
        lines = []
        for command in self.programs.commands(task):
            size = os.path.getsize(self.data(task.data, command.quarter))
            lines.append(Line(command, size, self.tried(task, command, sample, essential)))
        going = [line for line in lines if line.command.words and not line.remark.startswith("fails")]
        self.run(["cat"], self.data(task.data))  # into the page cache
        for number in range(self.options.rounds):
            say(f"  round {number + 1} of {self.options.rounds}")
            first = number % len(going)
            for line in going[first:] + going[:first]:
                line.runs.append(self.run(line.command.words, self.data(task.data, line.command.quarter)))
        for line in going:
            if any(one.status for one in line.runs):  # what went well on a quarter need not on the whole
                line.runs, line.remark = [], f"fails on the whole: {line.runs[-1].said[:60]}"
        return lines

    def tried(self, task, command, sample, essential):
        """Nothing, or what is wrong with this command on the first quarter."""
        if not command.words:
            return "not installed"
        with tempfile.TemporaryDirectory(dir=self.options.scratch) as folder:
            output = str(Path(folder) / "rows")
            tried = self.run(command.words, sample, output)
            if tried.status != 0:
                return f"fails ({tried.status}): {tried.said[:60]}"
            return checks.difference(task, essential, output) if command.checked else ""

    def memory(self):
        """Largest memory of ours on a quarter of the data, the whole, and four times the whole; None where it fails."""
        found = {}
        for task in (task for task in jobs.TASKS if task.name in jobs.MEMORY_OF):
            whole = self.data(task.data)
            script = piped([self.programs.ours(task.ours[0])])[2].replace("cat", 'cat "$@"', 1)
            feeds = ([self.data(task.data, quarter=True)], [whole], [whole] * 4)
            tried = [self.run(["sh", "-c", script, "sh", *files]) for files in feeds]
            failed = any(one.status for one in tried)
            found[f"{task.job}, {task.name}"] = None if failed else [one.memory for one in tried]
        return found

    def starts(self):
        """Milliseconds from start to end: cold median, warm median, warm worst. Only ours are also started cold."""
        found, count = {}, self.options.rounds * 10
        for tool in ("sdk-filter", "sdk-format"):
            words = self.programs.ours([tool, "--help"])
            cold = median(self.cold(words) for _ in range(count)) if hasattr(os, "posix_fadvise") else None
            found[f"{tool} --help"] = (cold, *self.warm(words, count))
        others = [(name, "--help", ["--help"]) for name in ("jq", "jaq")]
        others += [(name, "in Python, only imported", ["-c", f"import {name}"]) for name in LIBRARIES]
        for name, how, arguments in others:
            words = self.programs.words(name, arguments)
            if words:
                found[f"{self.programs.labels[name]} {how}"] = (None, *self.warm(words, count))
        return found

    def warm(self, words, count):
        took = [self.run(words).wall * 1000 for _ in range(count)]
        return median(took), max(took)

    def cold(self, words):
        """A start after the kernel was asked to forget the program's file; it keeps the shared libraries."""
        with open(words[0], "rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return self.run(words).wall * 1000


def say(text):
    print(text, file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser()
    data = ("large", "large-quarter", "small", "small-quarter")
    for name in ("release", "peers", "launch", "scratch", *data, "jobs", "about"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--write")
    options = parser.parse_args()
    bench, busy, measured, memory, starts = Bench(options), os.getloadavg()[0], [], {}, {}
    for task in jobs.TASKS:
        if task.job in options.jobs:
            say(f"job {task.job}, {task.name}")
            measured.append((task, bench.task(task)))
    if "g" in options.jobs:
        say("job g, memory")
        memory = bench.memory()
    if "h" in options.jobs:
        say("job h, starts")
        starts = bench.starts()
    machine = report.machine(bench.programs.versions(), options, busy)
    text = "\n\n".join([machine, *report.everything(measured, memory, starts)]) + "\n"
    print(text)
    if options.write:
        report.into(options.write, text)


if __name__ == "__main__":
    main()
