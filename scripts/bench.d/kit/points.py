"""What is measured beside synthetic-data-kit, point by point, and what is wanted. Each point gives the lines of the table of
what is wanted, and tables of its own."""

import json
from statistics import median

import made
import report
from lines import lacking, line, score, times, whole

FORMATS = ("jsonl", "alpaca", "ft", "chatml")
# What is asked for besides in the same run: the text that synthetic-data-kit puts before each pair itself.
SYSTEM = {
    "ft": "You are a helpful assistant.",
    "chatml": "You are a helpful AI assistant.",
}
REQUESTS = 201
PAIR = {"question": "How high is the water?", "answer": "It stands at nine metres."}


def row(name, runs):
    figures = (median(getattr(one, what) for one in runs) for what in ("wall", "cpu"))
    return [name, *(f"{figure:.2f}" for figure in figures), f"{max(one.memory for one in runs):,.1f}"]


def table(title, rows):
    return f"### {title}\n\n" + report.table(["", "wall, s", "CPU, s", "MiB"], rows)


def beside(ours, theirs, what):
    """How many times as much theirs takes: the median of the rounds."""
    return median(getattr(their, what) / getattr(own, what) for own, their in zip(ours, theirs))


def read(path):
    """The rows of a file of either kind."""
    text = path.read_text(encoding="utf-8")
    return json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.splitlines()]


def anew(output, run):
    """Writes a new file: to free what the last round wrote takes as long as a third of the fastest run."""
    output.unlink(missing_ok=True)
    return run()


def formats(bench):
    """Pairs → each of the four formats, from file to file."""
    count, lines, rows = int(bench.options.pairs), [], []
    path, about = made.pairs(bench.folder / "pairs.json", count), f"{count:,} pairs → {{}}"
    for name in FORMATS:
        ours, theirs = bench.folder / f"ours.{name}", bench.folder / f"theirs.{name}"
        shape = {"ft": "openai"}.get(name, name)
        container = "json" if name in ("alpaca", "ft") else "jsonl"
        flags = ["--system", json.dumps(SYSTEM[name])] if name in SYSTEM else []
        words = ["sdk-format", "-q", shape, "--container", container, *flags, path, "-o", ours]
        found = bench.side_by_side(
            lambda: anew(ours, lambda: bench.ours(*words)),
            lambda: anew(theirs, lambda: bench.kit("save-as", path, "-f", name, "-o", theirs)),
        )
        own, their = found
        lines.append(line(f"{about.format(name)}, MiB", 30, max(one.memory for one in own), score, more=False))
        wall = f"{about.format(name)}, wall v synthetic-data-kit"
        rows.append(row(f"sdk-format {shape}", own))
        if not their:
            lines.append(lacking(wall, 20, times, "not installed or failed"))
            continue
        if read(ours) != read(theirs):
            bench.remarks.append(f"{name}: the rows are not the same")
        rows.append(row(f"synthetic-data-kit save-as -f {name}", their))
        lines.append(line(wall, 20, beside(own, their, "wall"), times))
        lines.append(line(f"{about.format(name)}, memory, times less", 10, beside(own, their, "memory"), times))
    size = path.stat().st_size / 1e6
    return lines, [table(f"Formats, from a file of {size:,.0f} MB", rows)]


def create(bench):
    """A document → pairs, each request taking 200 ms; ours by two programs and a pipe. The kit asks for a summary first."""
    count, reply = REQUESTS, json.dumps([PAIR])
    ours = made.document(bench.folder / "ours.txt", count)
    theirs = made.document(bench.folder / "theirs.txt", count - 1)
    with bench.server("--latency", 200, "--say", reply) as server:
        own, their = bench.side_by_side(
            lambda: bench.pipeline(server.url, ours, count), lambda: bench.created(server.url, theirs, count - 1)
        )
    about = f"{count} requests at 200 ms, 32 at once"
    lines = [line(f"{about}, s", 2, median(one.wall for one in own), score, more=False)]
    rows = [row("sdk-extract \\| sdk-gen -j 32", own)]
    if their:
        rows.append(row("synthetic-data-kit create", their))
        lines.append(line(f"{about}, wall v synthetic-data-kit", None, beside(own, their, "wall"), times))
    else:
        lines.append(lacking(f"{about}, wall v synthetic-data-kit", 1, times, "not installed or failed"))
    return lines, [table("From a document to pairs", rows)]


def starts(bench):
    """A tool's `--help`, from start to end."""
    lines, rows = [], []
    for tool in ("sdk-extract", "sdk-gen", "sdk-judge", "sdk-format"):
        own, their = bench.side_by_side(lambda: bench.ours(tool, "--help"), lambda: bench.kit("--help"))
        lines.append(line(f"{tool} --help, ms", 20, median(one.wall for one in own) * 1000, score, more=False))
        rows.append(row(f"{tool} --help", own))
        name = f"{tool} --help, wall v synthetic-data-kit"
        lines.append(line(name, 100, beside(own, their, "wall"), whole_times) if their else lacking(name, 100, whole_times, "not installed"))
    if their:
        rows.append(row("synthetic-data-kit --help", their))
    return lines, [table("Starts", rows)]


def whole_times(number):
    return f"{whole(number)} ×"


POINTS = {"formats": formats, "create": create, "starts": starts}
