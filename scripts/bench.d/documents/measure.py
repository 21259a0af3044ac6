"""Measures sdk-extract beside pdftotext, pypdf, pdfminer.six and markitdown; scripts/bench --documents makes what it needs
and starts it.

A file that a program cannot read never ends the run: it counts as a text without words, and is named.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import points
from lines import page
from pointwise import measured
from programs import answer
from runs import run


class Bench:
    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.documents = Path(options.documents)
        self.python = Path(options.peers) / "python/bin/python"
        self.remarks = []
        self.by_pdftotext, self.by_markitdown = {}, None

    def files(self, *endings):
        return sorted(path for path in self.documents.iterdir() if path.suffix.lower()[1:] in endings)

    def run(self, words, output=os.devnull):
        return run(self.options.launch, list(map(str, words)), output=str(output))

    def ours(self, files, *flags, output=os.devnull):
        """One start of sdk-extract on these files."""
        program = Path(self.options.release) / "sdk-extract"
        return self.run([program, "-q", "--overlap", "0", *flags, *files], output)

    def text(self, path):
        """What sdk-extract takes out of a file, or nothing where it refuses it."""
        output = self.folder / "passages.jsonl"
        self.ours([path], "--chunk-size", "1000000", output=output)
        rows = [json.loads(row) for row in output.read_text(encoding="utf-8").splitlines()]
        return "".join(row["text"] for row in rows) if rows else None

    def pdftotext(self, path):
        """The reference of a PDF, or nothing where it is refused."""
        done = subprocess.run(["pdftotext", "-enc", "UTF-8", path, "-"], capture_output=True, check=False)
        return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None

    def peer(self, library, files):
        """The texts that a library takes out of these files in one process, the CPU seconds of the reading, and the run;
        nothing where it is not installed or fails as a whole."""
        if not self.python.exists():
            return None
        names, output = self.folder / "names", self.folder / "texts.jsonl"
        names.write_text("".join(f"{path}\n" for path in files), encoding="utf-8")
        took = self.folder / "took"
        done = self.run([self.python, HERE / "read_with.py", library, output, names], took)
        if done.status:
            self.remarks.append(f"{library} fails: {done.said[:80]}")
            return None
        rows = map(json.loads, output.read_text(encoding="utf-8").splitlines())
        return {row["source"]: row["text"] for row in rows}, float(took.read_text()), done

    def reference(self, path):
        """What the reference program makes of a file; nothing where it cannot read it."""
        if path.suffix != ".pdf":
            if self.by_markitdown is None:
                self.by_markitdown = (self.peer("markitdown", self.files(*points.FORMATS)) or [{}])[0]
            return self.by_markitdown.get(str(path))
        if path not in self.by_pdftotext:
            self.by_pdftotext[path] = self.pdftotext(path)
        return self.by_pdftotext[path]

    def versions(self):
        code = "import sys; from importlib.metadata import version as v; print(*(f'{n} {v(n)}' for n in sys.argv[1:]), sep=', ')"
        found = [answer([str(self.python), "-c", code, "pypdf", "pdfminer.six", "markitdown"])]
        if shutil.which("pdftotext"):
            said = subprocess.run(["pdftotext", "-v"], capture_output=True, text=True, check=False).stderr
            found.insert(0, "pdftotext " + said.split("version ")[-1].split()[0])
        return [name for name in found if name]


if __name__ == "__main__":
    measured("scripts/bench --documents", ["documents"], Bench, points.POINTS, page)
