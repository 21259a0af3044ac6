"""The programs that are here, with their versions, and the command of each for a task."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

SCRIPTS = Path(__file__).parent / "peers"
LIBRARIES = ("duckdb", "polars", "orjson")
DUCKDB_MODES = ("inferred", "given", "raw")


@dataclass
class Command:
    """One program at one task. A slow one reads the first quarter of the data. Not installed: no words."""

    program: str  # its name among a task's goals
    label: str
    words: list
    quarter: bool = False
    checked: bool = True


def answer(words):
    """What a command prints, or nothing."""
    try:
        return subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


class Programs:
    """`release` holds our tools, `peers` what scripts/bench.d/install made; what is not there is looked for on PATH."""

    def __init__(self, release, peers):
        self.release = Path(release)
        self.paths, self.labels = {}, {}
        for name, shown in (("jq", "jq"), ("jaq", "jaq"), ("gojq", "gojq"), ("mlr", "miller")):
            path = shutil.which(name, path=str(Path(peers) / "bin")) or shutil.which(name)
            version = answer([path, "--version"]).splitlines()[:1] if path else []
            self.labels[name] = shown
            if version:
                self.paths[name] = path
                self.labels[name] += " " + version[0].replace("-", " ").split()[1]
        here = Path(peers) / "python/bin/python"
        self.python = str(here) if here.exists() else shutil.which("python3")
        for name in LIBRARIES:
            version = answer([self.python, "-c", f"import {name}; print({name}.__version__)"])
            self.labels[name] = f"{name} {version}".strip()
            if version:
                self.paths[name] = self.python

    def versions(self):
        return [self.labels[name] for name in self.paths]

    def words(self, name, arguments):
        """A command, or nothing where the program is not installed."""
        return [self.paths[name], *arguments] if name in self.paths else []

    def ours(self, words):
        return [str(self.release / words[0]), *words[1:]]

    def commands(self, task):
        """Every program's command for a task, ours first."""
        if task.is_pipe:
            return self.pipes(task)
        found = [Command("ours", task.ours[0][0], self.ours(task.ours[0]))]
        for name in ("jq", "jaq", "gojq"):
            if name != "gojq" or name in self.paths:
                found.append(Command(name, self.labels[name], self.words(name, task.jq[0]), quarter=True))
        if task.miller:
            words = self.words("mlr", ["--ijsonl", "--ojsonl", *task.miller])
            found.append(Command("miller", self.labels["mlr"], words, quarter=True))
        job = "score" if task.name == "small" else task.name
        for mode in DUCKDB_MODES:
            words = self.words("duckdb", [str(SCRIPTS / "with_duckdb.py"), job, mode])
            found.append(Command("duckdb", f"{self.labels['duckdb']}, {mode}", words))
        for name in ("polars", "orjson"):
            found.append(Command(name, self.labels[name], self.words(name, [str(SCRIPTS / f"with_{name}.py"), job])))
        return [*found, Command("wc", "wc -l", ["wc", "-l"], checked=False)]

    def pipes(self, task):
        """The same where a task has stages: jq could do them in one, but this is about what a stage costs."""
        found = [Command("ours", " | ".join(words[0] for words in task.ours), piped(map(self.ours, task.ours)))]
        for name in ("jq", "jaq"):
            stages = [self.words(name, arguments) for arguments in task.jq]
            label = f"{self.labels[name]}, twice"
            found.append(Command(name, label, piped(stages) if all(stages) else [], quarter=True))
        for words in (["cat"], ["wc", "-l"]):
            found.append(Command(words[0], f"cat | {' '.join(words)}", piped([words]), checked=False))
        return found


def piped(stages):
    """These commands behind `cat`, as one shell command."""
    quoted = [" ".join("'" + word.replace("'", "'\\''") + "'" for word in words) for words in stages]
    return ["sh", "-c", " | ".join(["cat", *quoted])]
