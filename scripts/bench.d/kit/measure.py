"""Measures the tools beside synthetic-data-kit; scripts/bench --kit makes what it needs and starts it.

Only ratios within one run mean something on a machine that others use too: both take turns, and a ratio is the median over
the rounds of theirs beside ours.
"""

import json
import shlex
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path += [str(HERE.parent), str(HERE.parent / "client")]

import points
from lines import page
from pointwise import measured
from programs import answer
from runs import run
from server import Server


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.python = Path(options.peers) / "python/bin/python"
        self.remarks = []

    def run(self, words):
        return run(self.options.launch, list(map(str, words)))

    def tool(self, name):
        return Path(self.options.release) / name

    def ours(self, tool, *arguments):
        return self.good([self.tool(tool), *arguments])

    def good(self, words):
        """A run that ends well."""
        done = self.run(words)
        if done.status:
            raise SystemExit(f"{words}: exit {done.status}: {done.said}")
        return done

    def pipeline(self, url, document, count):
        """Passages of a document and the pairs of each, with a fresh journal."""
        stats = self.folder / "stats.json"
        journal = Path(tempfile.mkdtemp(dir=self.folder)) / "journal.sqlite"
        extract = [self.tool("sdk-extract"), "-q", "--overlap", "0", document]
        ask = [self.tool("sdk-gen"), "-q", "--task", "qa", "-m", "vllm:stub", "--base-url", url, "-j", "32"]
        ask += ["--journal", journal, "--stats", stats]
        done = self.good(["sh", "-c", f"{shlex.join(map(str, extract))} | {shlex.join(map(str, ask))}"])
        asked = json.loads(stats.read_text(encoding="utf-8"))["requests"]
        if asked != count:
            raise SystemExit(f"sdk-gen asked {asked} times instead of {count}")
        return done

    def kit(self, *words):
        """One start of synthetic-data-kit in a folder of its own, since it makes folders wherever it is; nothing where it is
        not installed or fails. It exits with 0 whatever happens, so that its callers look at what it wrote."""
        program = self.python.with_name("synthetic-data-kit")
        if not program.exists():
            return None
        place = self.folder / "kit"
        place.mkdir(exist_ok=True)
        done = self.run(["env", "-C", place, program, *words])
        if done.status:
            self.remarks.append(f"synthetic-data-kit {words[0]} fails: {done.said[:80]}")
        return None if done.status else done

    def created(self, url, document, chunks):
        settings, output = self.folder / "settings.yaml", self.folder / "created"
        answer([str(self.python), str(HERE / "settings.py"), url, str(settings)])
        if not settings.exists():
            return None
        words = ["-c", settings, "create", document, "--type", "qa", "-n", chunks, "-o", output]
        done = self.kit(*words)
        written = output / f"{document.stem}_qa_pairs.json"
        found = len(json.loads(written.read_text(encoding="utf-8"))["qa_pairs"]) if written.exists() else 0
        if found != chunks:
            self.remarks.append(f"synthetic-data-kit create gives {found} pairs instead of {chunks}")
        written.unlink(missing_ok=True)
        return done

    def server(self, *flags):
        return Server(self.options.stub, "--lean", *map(str, flags))

    def side_by_side(self, ours, theirs):
        """Both once a round, one after the other; a list of runs each, without those that failed."""
        found = [(ours(), theirs()) for _ in range(self.options.rounds)]
        return [own for own, _ in found], [their for _, their in found if their]

    def versions(self):
        code = "from importlib.metadata import version; print('synthetic-data-kit', version('synthetic-data-kit'))"
        return [found for found in [answer([str(self.python), "-c", code])] if found]


if __name__ == "__main__":
    measured("scripts/bench --kit", ["stub", "pairs"], Bench, points.POINTS, page)
