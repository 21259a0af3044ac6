"""Whether a program wrote the rows that it was asked for, so that no wrong command is measured."""

import json

IS_CONVERSION = ("chatml", "pipe")


def messages(row):
    parts = (("user", row["question"]), ("assistant", row["answer"]))
    return {"messages": [{"role": role, "content": text} for role, text in parts]}


def wanted(task, path):
    """The rows that must come out, by Python's own reading of the data."""
    seen = set()

    def keep(row):
        question = row["question"]
        match task.name:
            case "score" | "small" | "pipe":
                return row["score"] >= 7.5
            case "nested":
                return (row["judge"].get("score") or 0) >= 5 and len(row["answer"]) > 100
            case "projected":
                helpful, correct = row["scores"]["helpfulness"], row["scores"]["correctness"]
                return helpful + correct > 12 and "memory" in question.lower()
            case "regex":
                return row["score"] >= 5 and ("memory" in question or "kernel" in question)
            case "unique":
                return not (question in seen or seen.add(question))
            case "chatml":
                return True

    kept = filter(keep, rows(path))
    return map(messages, kept) if task.name in IS_CONVERSION else kept


def rows(path):
    with open(path, encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def essences(task, found):
    """What must be the same whoever wrote the rows: the conversation, or which rows they are. Spelling may differ."""
    key = "messages" if task.name in IS_CONVERSION else "id"
    return [json.dumps(row[key], sort_keys=True) for row in found]


def difference(task, essential, path):
    """Nothing, or what is wrong with the rows that a program wrote to this file."""
    try:
        found = essences(task, rows(path))
    except (ValueError, KeyError, TypeError) as error:
        return f"writes no rows: {error!r}"
    if found == essential:
        return ""
    if len(found) != len(essential):
        return f"{len(found)} rows instead of {len(essential)}"
    return "another order" if sorted(found) == sorted(essential) else "as many rows, but others"
