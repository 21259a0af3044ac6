"""One start of a command and what it took, and the starts of one program side by side with ours."""

import os
import subprocess
from dataclasses import dataclass, field
from statistics import median

NOWHERE = os.devnull
# Settings of the tools must not leak in.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("SDK_")}


@dataclass
class Run:
    """CPU and wall in seconds, memory in MiB."""

    status: int
    cpu: float
    wall: float
    memory: float
    said: str


def run(launch, words, data=NOWHERE, output=NOWHERE):
    """Starts a command by the launcher (launch.c says why), stdin and stdout being files."""
    started = [launch, data, output, *words]
    done = subprocess.run(started, capture_output=True, text=True, errors="replace", env=ENVIRONMENT)
    status, cpu, wall, memory = map(int, done.stdout.split())
    said = done.stderr.strip().splitlines() or [""]
    # Python says last what matters, the others say it first.
    return Run(status, max(cpu, 1) / 1e6, wall / 1e6, memory / 1024, said[-1 if "Traceback" in said[0] else 0])


@dataclass
class Line:
    """One program at one task: bytes that it reads, its runs, and why there are none or what is wrong with its rows."""

    command: object
    size: int
    remark: str = ""
    runs: list = field(default_factory=list)

    def middle(self, what):
        return median(getattr(run, what) for run in self.runs)

    def times(self, ours, what):
        """How many times ours is as fast per byte, round by round: median, least, most."""
        pairs = zip(self.runs, ours.runs)
        found = [(getattr(run, what) / self.size) / (getattr(own, what) / ours.size) for run, own in pairs]
        return median(found), min(found), max(found)
