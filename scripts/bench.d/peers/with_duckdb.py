"""with_duckdb.py JOB MODE: duckdb on one thread. Three ways to use it, since which is best depends on the job:

inferred  columns of a schema inferred from a sample; rows are written anew
given     columns of a schema written down beforehand, nested values left as JSON text; rows are written anew
raw       no columns, each row one value of JSON; rows pass as they were
"""

import json
import sys

import duckdb

RAW = "(FORMAT csv, HEADER false, DELIMITER '\x01', QUOTE '', ESCAPE '')"
KINDS = {str: "VARCHAR", int: "BIGINT", float: "DOUBLE"}
CONDITIONS = {
    "score": "{score} >= 7.5",
    "nested": "{judged} >= 5 AND length({answer}) > 100",
    "projected": "{helpful} + {correct} > 12 AND contains(lower({question}), 'memory')",
    "regex": "regexp_matches({question}, 'memory|kernel') AND {score} >= 5",
}


def inside(column, mode):
    """A number inside a column."""
    if mode == "inferred":
        return column
    key, name = column.split(".")
    return f"({key}->>'$.{name}')::DOUBLE" if mode == "given" else f"(json->>'$.{column}')::DOUBLE"


def main():
    job, mode = sys.argv[1:]
    names = {name: f"json->>'$.{name}'" if mode == "raw" else name for name in ("question", "answer")}
    names["score"] = "(json->>'$.score')::DOUBLE" if mode == "raw" else "score"
    nested = {"judged": "judge.score", "helpful": "scores.helpfulness", "correct": "scores.correctness"}
    names.update({name: inside(column, mode) for name, column in nested.items()})
    source = "read_ndjson_objects('/dev/stdin')" if mode == "raw" else "read_ndjson('/dev/stdin')"
    if mode == "given":
        # For a conversion only the columns that it needs are written down; a filter must give the whole row.
        with open("/dev/stdin", encoding="utf-8") as lines:
            row = json.loads(next(lines))
        keys = ("question", "answer") if job == "chatml" else row
        columns = ", ".join(f"{key}: '{KINDS.get(type(row[key]), 'JSON')}'" for key in keys)
        source = f"read_ndjson('/dev/stdin', columns = {{{columns}}})"
    if job == "chatml" and mode == "raw":
        turn = "json_object('role', '{}', 'content', {})"
        turns = [turn.format("user", names["question"]), turn.format("assistant", names["answer"])]
        query = f"SELECT json_object('messages', json_array({', '.join(turns)})) FROM {source}"
    elif job == "chatml":
        parts = "{'role': 'user', 'content': question}, {'role': 'assistant', 'content': answer}"
        query = f"SELECT [{parts}] AS messages FROM {source}"
    elif job == "unique":
        # Which of the equal rows stays is not promised.
        query = f"SELECT DISTINCT ON ({names['question']}) * FROM {source}"
    else:
        query = f"FROM {source} WHERE {CONDITIONS[job].format(**names)}"
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    connection.execute(f"COPY ({query}) TO '/dev/stdout' {RAW if mode == 'raw' else '(FORMAT json)'}")


if __name__ == "__main__":
    main()
