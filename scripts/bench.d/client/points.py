"""What is measured of the client, point by point, and what is wanted. Each point gives lines: name, must, aim, found, good."""

import json
import os
import sqlite3
import subprocess
import time

import report
from figures import middle, ratio

MANY = 20_000


def line(name, must, aim, found, show, more=True):
    """`must` and `aim` are numbers, or None where nothing is wanted; `more`: more is better."""
    better = (lambda wanted: found >= wanted) if more else (lambda wanted: found <= wanted)
    is_good = must is None or better(must)
    verdict = "–" if must is None else report.verdict(is_good, aim is not None and better(aim))
    return [name, "–" if must is None else show(must), "–" if aim is None else show(aim), show(found), verdict]


def times(number):
    return f"{number:.2f} ×" if number < 10 else f"{number:.0f} ×"


def fast(bench):
    """Nobody waits for the server: what the clients themselves cost."""
    with bench.server() as server:
        url = server.url
        programs = {
            "off": lambda: bench.ours(url, 64, MANY, "--no-journal"),
            "on": lambda: bench.ours(url, 64, MANY, *bench.journal()),
            "oha": lambda: bench.oha(url, 64, MANY),
            "aiohttp": lambda: bench.peer("aiohttp", url, 64),
        }
        found = bench.side_by_side(bench.options.rounds, programs)
        slow = {name: lambda name=name: bench.peer(name, url, 64) for name in ("openai", "curator", "distilabel")}
        found |= bench.side_by_side(1, slow)
    off, on = found["off"], found["on"]
    yield line("requests a second, 0 ms, `-j 64`", None, None, middle(off, "rate"), lambda n: f"{n:,.0f}")
    wanted = {"oha": (0.45, 0.75), "aiohttp": (5, 10), "openai": (60, 100), "curator": (60, 100), "distilabel": (100, 200)}
    for name, (must, aim) in wanted.items():
        if name in found:
            yield line(f"the same v {name}", must, aim, ratio(off, found[name], "rate"), times)
    if "oha" in found:
        yield line("the same with the journal v oha", 0.33, 0.55, ratio(on, found["oha"], "rate"), times)
    yield line("journal on v off, 0 ms, a fresh file", 0.65, None, ratio(on, off, "rate"), times)
    yield line("CPU ms per 1,000 requests", None, None, middle(off, "cpu") / 1000, lambda n: f"{n * 1000:.1f}")
    for name, part in (("aiohttp", 5), ("curator", 80)):
        if name in found:
            share = ratio(found[name], off, "cpu")
            yield line(f"CPU v {name}, times less", part, None, share, times)
    yield line("memory, `-j 64`, journal on, MiB", 20, None, max(one["memory"] for one in on), lambda n: f"{n:.1f}", False)


def waiting(bench):
    """The server takes its time: how much of what is possible is reached."""
    for latency, jobs, count in ((50, 64, 6_000), (50, 256, 20_000), (500, 2048, 24_576)):
        with bench.server("--latency", latency) as server:
            programs = {
                "on": lambda: bench.ours(server.url, jobs, count, *bench.journal()),
                "off": lambda: bench.ours(server.url, jobs, count, "--no-journal"),
                "oha": lambda: bench.oha(server.url, jobs, count),
            }
            found = bench.side_by_side(bench.options.rounds, programs)
        name = f"{latency} ms, `-j {jobs}`, journal on"
        if "oha" in found:
            yield line(f"{name}, rate v oha", 0.96, None, ratio(found["on"], found["oha"], "rate"), times)
        if latency == 50 and jobs == 64:
            yield line(f"{name}, v off", 0.97, None, ratio(found["on"], found["off"], "rate"), times)
        if jobs > 64:
            most = max(one["memory"] for one in found["on"])
            must = {256: 30, 2048: 100}[jobs]
            yield line(f"memory, `-j {jobs}`, journal on, MiB", must, None, most, lambda n: f"{n:.1f}", False)


def tail(bench):
    """One reply in twenty takes thirty times the mean of the others and more: the others must not wait for it."""
    jobs, count, latency, slow = 64, 8_000, 20, 1_500
    with bench.server("--latency", latency, "--slow", f"20={slow}") as server:
        found = bench.side_by_side(bench.options.rounds, {"on": lambda: bench.ours(server.url, jobs, count, *bench.journal())})
    ideal = count * (0.95 * latency + 0.05 * slow) / jobs / 1000
    # The last slow reply may begin at the very end: nobody can do better than that.
    yield line("5 % of replies take 75 times as long: wall over ideal", 1.02, None, middle(found["on"], "wall") / (ideal + slow / 1000), times, False)


def journal(bench):
    """A journal that holds a million answers already, and one that holds all."""
    flags = bench.journal()
    with bench.server() as server:
        bench.ours(server.url, 64, 100_000, *flags)
        found = bench.side_by_side(bench.options.rounds, {"all": lambda: bench.ours(server.url, 64, 100_000, *flags)})
    yield line("rows a second, all answers in the journal", 100_000, None, middle(found["all"], "rate"), lambda n: f"{n:,.0f}")
    fill(flags[1], 900_000)
    with bench.server("--latency", 50) as server:
        programs = {
            # Rows of its own each time, so that no answer is known.
            "on": lambda: bench.ours(server.url, 64, 6_000, *flags, "--refresh"),
            "off": lambda: bench.ours(server.url, 64, 6_000, "--no-journal"),
        }
        found = bench.side_by_side(bench.options.rounds, programs)
    yield line("50 ms, a million answers in the journal, on v off", 0.97, None, ratio(found["on"], found["off"], "rate"), times)


def fill(path, count):
    """Copies answers under other keys."""
    database = sqlite3.connect(path)
    columns = [name for _, name, *_ in database.execute("PRAGMA table_info(answers)") if name not in ("n", "h", "key")]
    names = ", ".join(columns)
    database.execute(
        f"WITH RECURSIVE more(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM more WHERE i < {count // 1000})"
        f" INSERT INTO answers (h, key, {names})"
        f" SELECT abs(random()) >> 16, randomblob(32), {names} FROM more, (SELECT * FROM answers LIMIT 1000)"
    )
    database.commit()
    database.close()


def starts(bench):
    """From start to the first request, and from the first reply to the first row, as a socket of our own sees it."""
    import socket

    first, after = [], []
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
    body = json.dumps({"choices": [{"message": {"content": "x"}, "finish_reason": "stop"}]}).encode()
    reply = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)
    program = os.path.join(bench.options.release, "sdk-gen")
    for _ in range(bench.options.rounds * 4):
        words = [program, "-q", "--task", str(bench.prompt), "-m", "openai:stub", "--base-url", url, "-j", "1"]
        environment = {**os.environ, "OPENAI_API_KEY": "none"}
        begin = time.monotonic()
        process = subprocess.Popen(
            [*words, "--no-journal"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )
        process.stdin.write(b'{"text":"a"}\n')
        process.stdin.flush()
        connection, _ = listener.accept()
        connection.recv(65536)
        first.append((time.monotonic() - begin) * 1000)
        begin = time.monotonic()
        connection.sendall(reply)
        process.stdout.readline()
        after.append((time.monotonic() - begin) * 1000)
        process.stdin.close()
        process.wait()
        connection.close()
    for name, must, found in (("start to first request, ms", 20, first), ("first reply to first row, ms", 5, after)):
        yield line(name, must, None, sorted(found)[len(found) // 2], lambda n: f"{n:.1f}", False)


POINTS = {"starts": starts, "fast": fast, "waiting": waiting, "tail": tail, "journal": journal}


def table(lines):
    return "### Wanted and found\n\n" + report.table(["", "must", "aim", "found", ""], lines)
