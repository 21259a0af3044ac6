"""What was measured, as Markdown."""

import os
import platform
from datetime import date
from pathlib import Path

import jobs
from programs import answer

MARK = "<!-- measured by {}: {} -->"


def times(ratio):
    """2 → 2.0 ×; half → 1/2.0 ×."""
    return f"{ratio:.1f} ×" if ratio >= 1 else f"1/{1 / ratio:.1f} ×"


def verdict(good, best):
    return "aim met" if best else "met" if good else "**missed**"


def cell(text):
    """Text that cannot end a table's cell."""
    return text.replace("|", "\\|")


def table(head, rows):
    marks = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, marks, *rows))


def rates(line):
    megabytes = line.size / 1e6
    return [f"{megabytes / line.middle(what):,.0f}" for what in ("cpu", "wall")]


def job(task, lines):
    ours = lines[0]
    rows = []
    for line in lines:
        row = [cell(line.command.label), *["–"] * 5, cell(line.remark)]
        if line.runs:
            row[1:3] = rates(line)
            row[5] = f"{max(run.memory for run in line.runs):,.1f}"
        if line.runs and ours.runs and line is not ours:
            middle, least, most = line.times(ours, "cpu")
            row[3] = f"{times(middle)} ({times(least)[:-2]} to {times(most)[:-2]})"
            row[4] = times(line.times(ours, "wall")[0])
        rows.append(row)
    head = ["program", "MB per CPU second", "MB per second", "ours, by CPU", "ours, by wall", "MiB", "remark"]
    size = f"{ours.size / 1e6:,.0f} MB of {task.data} rows"
    return f"### {task.job}: {task.about}\n\n{size}.\n\n{table(head, rows)}"


def goals(measured, memory, starts):
    """Rows of the table of what is wanted."""
    for task, lines in measured:
        ours = lines[0]
        where = f"{task.job}, {task.name}"
        for program, (must, aim) in task.goals.items():
            found = [line for line in lines if line.command.program == program]
            going = [line for line in found if line.runs]
            label, is_met, value = found[0].command.label, "–", found[0].remark
            if ours.remark:
                value = f"ours: {ours.remark}"
            elif going:
                best = min(going, key=lambda line: line.times(ours, "cpu")[0])
                label, ratio = best.command.label, best.times(ours, "cpu")[0]
                value, is_met = times(ratio), verdict(ratio >= must, ratio >= aim)
            yield [f"{where} v {cell(label)}", times(must), times(aim), cell(value), is_met]
        if task.rate:
            must, aim = task.rate
            value, is_met = f"ours: {ours.remark}", "–"
            if not ours.remark:
                rate = ours.size / 1e6 / ours.middle("cpu")
                value, is_met = f"{rate:,.0f} MB/s", verdict(rate >= must, rate >= aim)
            yield [where, f"{must:,} MB/s", f"{aim:,} MB/s", cell(value), is_met]
    if memory:
        must, aim = jobs.MEMORY_GOAL
        value, is_met = "not all run", "–"
        if all(memory.values()):
            most = max(map(max, memory.values()))
            value, is_met = f"{most:.1f} MiB", verdict(most <= must, most <= aim)
        yield ["g, memory", f"{must} MiB", f"{aim} MiB", value, is_met]
    cold = [figures[0] for figures in starts.values() if figures[0] is not None]
    if cold:
        slowest = max(cold)
        must, aim = jobs.HELP_GOAL
        is_met = verdict(slowest <= must, slowest <= aim)
        yield ["h, `--help`, cold", f"{must} ms", f"{aim} ms", f"{slowest:.1f} ms", is_met]


def everything(measured, memory, starts):
    wanted = list(goals(measured, memory, starts))
    if wanted:
        yield "### Wanted and found\n\n" + table(["", "must", "aim", "found", ""], wanted)
    for task, lines in measured:
        yield job(task, lines)
    if memory:
        rows = [[label, *(figures_of(found) or ["fails", "–", "–"])] for label, found in memory.items()]
        head = ["", "a quarter", "the whole", "four times the whole"]
        yield "### g: largest memory of ours, MiB\n\n" + table(head, rows)
    if starts:
        rows = [[label, *figures_of(found)] for label, found in starts.items()]
        yield "### h: from start to end, ms\n\n" + table(["", "cold, median", "warm, median", "warm, worst"], rows)


def figures_of(found):
    return ["–" if figure is None else f"{figure:.1f}" for figure in found or ()]


def machine(beside, options, busy):
    """Where, when and beside what it was measured."""
    try:
        model = next(line for line in open("/proc/cpuinfo", encoding="utf-8") if line.startswith("model name"))
        model = model.split(":", 1)[1].strip()
    except (OSError, StopIteration):
        model = platform.processor() or platform.machine()
    system = f"{platform.system()} {platform.release()}"
    if os.path.exists("/etc/os-release"):
        system = f"{platform.freedesktop_os_release()['PRETTY_NAME']}, {system}"
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    rustc = " ".join(answer(["rustc", "--version"]).split()[:2])
    load = f"load {busy:.1f} at the beginning, {os.getloadavg()[0]:.1f} at the end"
    lines = [
        f"- {date.today()}, {options.rounds} rounds, {load}",
        f"- {model}, {os.cpu_count()} cores, {memory:.0f} GiB; {system}",
        f"- {options.about}; {rustc}; Python {platform.python_version()}",
        f"- beside: {', '.join(beside) or 'nothing is installed'}",
    ]
    return "\n".join(lines)


def into(path, text, name="scripts/bench"):
    """Puts the text between the marks of a document that bear this name."""
    begin, end = MARK.format(name, "begin"), MARK.format(name, "end")
    document = Path(path).read_text(encoding="utf-8")
    before, rest = document.split(begin)
    after = rest.split(end)[1]
    Path(path).write_text(f"{before}{begin}\n\n{text}\n{end}{after}", encoding="utf-8")
