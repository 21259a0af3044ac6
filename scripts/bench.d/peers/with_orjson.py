"""with_orjson.py JOB: the loop that one writes around orjson. Rows that are kept pass as the lines they were."""

import re
import sys

from orjson import dumps, loads

LINES = sys.stdin.buffer
write = sys.stdout.buffer.write


def score():
    for line in LINES:
        if loads(line)["score"] >= 7.5:
            write(line)


def nested():
    for line in LINES:
        row = loads(line)
        score = row["judge"].get("score")
        if score is not None and score >= 5 and len(row["answer"]) > 100:
            write(line)


def projected():
    for line in LINES:
        row = loads(line)
        scores = row["scores"]
        if scores["helpfulness"] + scores["correctness"] > 12 and "memory" in row["question"].lower():
            write(line)


def regex():
    search = re.compile("memory|kernel").search
    for line in LINES:
        row = loads(line)
        if search(row["question"]) and row["score"] >= 5:
            write(line)


def chatml():
    for line in LINES:
        row = loads(line)
        user, assistant = row["question"], row["answer"]
        messages = [{"role": "user", "content": user}, {"role": "assistant", "content": assistant}]
        write(dumps({"messages": messages}) + b"\n")


def unique():
    seen = set()
    for line in LINES:
        question = loads(line)["question"]
        if question not in seen:
            seen.add(question)
            write(line)


if __name__ == "__main__":
    globals()[sys.argv[1]]()
