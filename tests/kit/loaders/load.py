"""load.py KIND PATH [KIND PATH …]: loads what was written as those do who train on it, and prints the rows of each as one
JSON array on a line.

KIND: json or parquet, a file; folder, what `load_dataset` takes for a data set; streamed- before either.
"""

import json
import sys

import datasets


def rows(kind, path):
    streaming, kind = kind.startswith("streamed-"), kind.removeprefix("streamed-")
    where = {"path": path} if kind == "folder" else {"path": kind, "data_files": path}
    loaded = datasets.load_dataset(**where, streaming=streaming)
    return list(loaded["train"])


datasets.disable_progress_bars()
for kind, path in zip(sys.argv[1::2], sys.argv[2::2]):
    print(json.dumps(rows(kind, path), ensure_ascii=False, default=str))
