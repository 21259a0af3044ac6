"""with_polars.py JOB: polars on one thread, lazy from end to end. Rows are written anew, by a schema inferred from the
first ones."""

import os
import sys

os.environ["POLARS_MAX_THREADS"] = "1"  # read once, at the import

import polars  # noqa: E402
from polars import col, lit, struct  # noqa: E402

CONDITIONS = {
    "score": lambda: col("score") >= 7.5,
    "nested": lambda: (col("judge").struct.field("score") >= 5) & (col("answer").str.len_chars() > 100),
    "projected": lambda: (
        (col("scores").struct.field("helpfulness") + col("scores").struct.field("correctness") > 12)
        & col("question").str.to_lowercase().str.contains("memory", literal=True)
    ),
    "regex": lambda: col("question").str.contains("memory|kernel") & (col("score") >= 5),
}


def message(role, key):
    return struct(lit(role).alias("role"), col(key).alias("content"))


def main():
    job = sys.argv[1]
    rows = polars.scan_ndjson("/dev/stdin")
    if job == "chatml":
        messages = polars.concat_list(message("user", "question"), message("assistant", "answer"))
        rows = rows.select(messages.alias("messages"))
    elif job == "unique":
        rows = rows.unique("question", keep="first", maintain_order=True)
    else:
        rows = rows.filter(CONDITIONS[job]())
    rows.sink_ndjson("/dev/stdout")


if __name__ == "__main__":
    main()
