"""What is measured of documents, point by point, and what is wanted. Each point gives the lines of the table of what is
wanted, and tables of its own."""

import statistics

import made
import report
from lines import lacking, line, score, times, whole
from quality import f1, words

PEERS = {"pypdf": 4, "pdfminer": 8, "markitdown": 20}
# Mean word F1 beside markitdown.
FORMATS = {"docx": 0.96, "html": 0.99, "epub": 0.99}
MEGABYTES = {"txt": 60, "md": 30}
SMALL = 1000


def quality(bench):
    """Word F1 beside the reference, file by file, and how many files are read."""
    lines, rows = [], []
    for ending, must in {"pdf": 0.985, **FORMATS}.items():
        beside = "pdftotext" if ending == "pdf" else "markitdown"
        scores, read = [], []
        for path in bench.files(ending):
            reference = bench.reference(path)
            if not (reference and words(reference)):
                rows.append([path.name, beside, "–", f"{beside} finds no text or refuses it"])
                continue
            text = bench.text(path)
            read.append(text is not None)
            scores.append(f1(text, reference))
            rows.append([path.name, beside, score(scores[-1]), "" if read[-1] else "not read"])
        name = f"{ending.upper()}, mean word F1 v {beside}"
        if scores:
            lines.append(line(name, must, statistics.mean(scores), score))
            lines.append(line(f"{ending.upper()}, files read of {len(read)} with text", len(read), sum(read), whole))
        else:
            lines.append(lacking(name, must, score, f"no files, or no {beside}"))
    table = report.table(["file", "beside", "F1", "remark"], rows)
    return lines, [f"### Quality, file by file\n\n{table}"]


def speed(bench):
    """Words a CPU second on the PDFs that hold text. A word is one of the reference's, whoever reads it."""
    files = [path for path in bench.files("pdf") if words(bench.reference(path) or "")]
    count = sum(words(bench.reference(path)).total() for path in files)
    if not files:
        return [lacking("PDF, words per CPU second", 0, whole, "no files, or no pdftotext")], []
    ours = statistics.median(bench.ours(files).cpu for _ in range(bench.options.rounds))
    lines = [line("PDF, words per CPU second, process start included", None, count / ours, whole)]
    poppler = [sum(bench.run(["pdftotext", path, "-"]).cpu for path in files) for _ in range(bench.options.rounds)]
    lines.append(line("the same v pdftotext", None, statistics.median(poppler) / ours, times))
    for library, must in PEERS.items():
        # Slow, and the same each time: two rounds show what one does.
        found = [bench.peer(library, files) for _ in range(min(2, bench.options.rounds))]
        name = f"the same v {library}, whose imports are not counted"
        if None in found:
            lines.append(lacking(name, must, times, "not installed or failed"))
        else:
            lines.append(line(name, must, statistics.median(took for _, took, _ in found) / ours, times))
            lost = [path.name for path in files if not found[0][0][str(path)]]
            bench.remarks += [f"{library} reads no text from {', '.join(lost)}"] if lost else []
    return lines, []


def chunking(bench):
    """Long texts into passages of 4000 characters."""
    texts = {
        "txt": [text for path in bench.files("pdf") if (text := bench.reference(path))],
        "md": [text for path in bench.files("html", "epub") if (text := bench.reference(path))],
    }
    lines = []
    for (ending, about), must in zip((("txt", "text"), ("md", "Markdown")), (60, 15)):
        name = f"chunking, {about}, 4,000 characters, MB per CPU second"
        if not texts[ending]:
            lines.append(lacking(name, must, whole, "no documents to make it of"))
            continue
        # A page break is no character of a text file.
        path = made.long(bench.folder / f"long.{ending}", [text.replace("\f", "\n\n") for text in texts[ending]], MEGABYTES[ending])
        runs = [bench.ours([path], "--chunk-size", "4000") for _ in range(bench.options.rounds)]
        rate = path.stat().st_size / 1e6 / statistics.median(one.cpu for one in runs)
        lines.append(line(name, must, 0 if any(one.status for one in runs) else rate, whole))
    return lines, []


def small(bench):
    """Many small files, from start to end; markitdown reads them all in one process by its Python interface."""
    paths = made.small(bench.folder / "small", SMALL)
    runs = [bench.ours([paths[0].parent]) for _ in range(bench.options.rounds)]
    ours, name = statistics.median(one.cpu for one in runs), f"{SMALL:,} small files, CPU, process start included, v markitdown"
    if any(one.status for one in runs):
        bench.remarks.append(f"sdk-extract does not read all of the small files: {runs[0].said[:80]}")
    lines = [line(f"{SMALL:,} small files, ms of CPU", None, ours * 1000, whole)]
    theirs = bench.peer("markitdown", paths)
    if theirs is None:
        return [*lines, lacking(name, 50, times, "not installed or failed")], []
    return [*lines, line(name, 50, theirs[2].cpu / ours, times)], []


def memory(bench):
    """The largest resident size of any one process, of a text of 200 MB."""
    texts = [text for path in bench.files("pdf") if (text := bench.reference(path))]
    texts = texts or ["\n\n".join(made.paragraphs(0))]
    path = made.long(bench.folder / "long.txt", texts, 200)
    return [line("memory, 200 MB of text, MiB", 40, bench.ours([path]).memory, score, more=False)], []


POINTS = {"quality": quality, "speed": speed, "chunking": chunking, "small": small, "memory": memory}
