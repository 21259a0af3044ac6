"""Measures sdk-gen beside oha and the clients that people use; scripts/bench --client makes what it needs and starts it.

Only ratios within one run mean something on a machine that others use too: all programs of a job take turns, and a ratio
is the median over the rounds of theirs beside ours.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import points
from pointwise import measured, say
from programs import answer
from runs import run
from server import Server

PEERS = {"aiohttp": "plain", "openai": "plain", "curator": "curator", "distilabel": "distilabel"}
# Rows that a peer is given: the slow ones fewer, but more than their start-up weighs.
COUNTS = {"aiohttp": 4000, "openai": 600, "curator": 1500, "distilabel": 600}
PROMPT = "---\nadds: keys\n---\n# user\nRepeat: {{ .text }}\n"


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.prompt = folder / "prompt.md"
        self.prompt.write_text(PROMPT, encoding="utf-8")
        self.peers = Path(options.peers)

    def rows(self, count):
        """Prompts of about 480 bytes, no two alike."""
        path = self.folder / f"rows-{count}.jsonl"
        if not path.exists():
            words = [f"word{number:03}" for number in range(1000)]
            with open(path, "w", encoding="utf-8") as file:
                for number in range(count):
                    text = " ".join(words[(number * 31 + step * 7) % 1000] for step in range(58))
                    file.write(json.dumps({"id": f"row{number}", "text": f"Number {number}. {text}"}) + "\n")
        return str(path)

    def ours(self, url, jobs, count, *more):
        program = str(Path(self.options.release) / "sdk-gen")
        asked = [program, "-q", "--task", str(self.prompt), "-m", "vllm:stub", "--base-url", url]
        return self.timed([*asked, "-j", str(jobs), *more, self.rows(count)], count)

    def journal(self):
        """A fresh journal's flags."""
        return ["--journal", str(Path(tempfile.mkdtemp(dir=self.folder)) / "journal.sqlite")]

    def peer(self, name, url, jobs):
        count = COUNTS[name]
        python = self.peers / PEERS[name] / "bin/python"
        if not python.exists():
            return None
        return self.timed([str(python), str(HERE / f"ask_{name}.py"), url, str(jobs), self.rows(count)], count)

    def timed(self, words, count):
        output = str(self.folder / "output")
        done = run(self.options.launch, words, output=output)
        with open(output, "rb") as file:
            rows = sum(1 for _ in file)
        if done.status != 0 or rows != count:
            raise SystemExit(f"{' '.join(words[:2])}: exit {done.status}, {rows} of {count} rows: {done.said}")
        return {"rate": count / done.wall, "cpu": done.cpu / count * 1e6, "wall": done.wall, "memory": done.memory}

    def oha(self, url, jobs, count):
        program = self.peers / "bin/oha"
        if not program.exists():
            return None
        body = json.dumps({"model": "stub", "messages": [{"role": "user", "content": "Repeat: " + "x" * 470}]})
        words = [program, "-n", count, "-c", jobs, "-m", "POST", "-T", "application/json", "-d", body]
        words = [*map(str, words), "--no-tui", "--output-format", "json", f"{url}/chat/completions"]
        begin = os.times()
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        end = os.times()
        found = json.loads(done.stdout)["summary"]
        cpu = end.children_user + end.children_system - begin.children_user - begin.children_system
        return {"rate": found["requestsPerSec"], "cpu": cpu / count * 1e6, "wall": found["total"]}

    def versions(self):
        """What is there to measure against."""
        code = "import sys; from importlib.metadata import version as v; print(*(f'{n} {v(n)}' for n in sys.argv[1:]), sep=', ')"
        packages = {"plain": ["aiohttp", "openai"], "curator": ["bespokelabs-curator"], "distilabel": ["distilabel"]}
        words = [[str(self.peers / name / "bin/python"), "-c", code, *found] for name, found in packages.items()]
        return [found for found in map(answer, [[str(self.peers / "bin/oha"), "--version"], *words]) if found]

    def server(self, *flags):
        return Server(self.options.stub, "--lean", *map(str, flags))

    def side_by_side(self, rounds, programs):
        """Every program once a round, each round beginning with another; a list of runs for each that is there."""
        found, names = {name: [] for name in programs}, list(programs)
        for number in range(rounds):
            say(f"  round {number + 1} of {rounds}")
            for name in names[number % len(names) :] + names[: number % len(names)]:
                one = programs[name]()
                if one:
                    found[name].append(one)
        return {name: runs for name, runs in found.items() if runs}


def text(_, machine, found):
    return "\n\n".join([machine, points.table([line for some in found for line in some])]) + "\n"


if __name__ == "__main__":
    # What a point gives line by line is wanted while the bench's folder is there.
    whole = {name: lambda bench, point=point: list(point(bench)) for name, point in points.POINTS.items()}
    measured("scripts/bench --client", ["stub"], Bench, whole, text)
