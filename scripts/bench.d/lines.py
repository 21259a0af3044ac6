"""Lines of a table of what is wanted, must beside found, and the page that holds it."""

import report


def line(name, must, found, show, more=True):
    """`must` is a number, or None where nothing is wanted; `more`: more is better."""
    is_good = must is None or (found >= must if more else found <= must)
    verdict = "–" if must is None else "met" if is_good else "**missed**"
    return [name, "–" if must is None else show(must), show(found), verdict]


def lacking(name, must, show, why):
    return [name, show(must), why, "–"]


def score(number):
    return f"{number:.3f}"


def times(number):
    return f"{number:.1f} ×"


def whole(number):
    return f"{number:,.0f}"


def page(bench, machine, found):
    """What points found, as Markdown: the lines of all, then their tables, then remarks."""
    wanted = report.table(["", "must", "found", ""], [line for lines, _ in found for line in lines])
    tables = [table for _, tables in found for table in tables]
    remarks = "\n".join(f"- {remark}" for remark in dict.fromkeys(bench.remarks))
    return "\n\n".join(filter(None, [machine, f"### Wanted and found\n\n{wanted}", *tables, remarks])) + "\n"
