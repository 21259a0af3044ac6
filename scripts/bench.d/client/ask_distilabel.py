"""ask_distilabel.py URL CONCURRENCY ROWS: a distilabel pipeline of one step; replies as JSON Lines on stdout."""

import json
import logging
import os
import sys

from distilabel.models import OpenAILLM
from distilabel.pipeline import Pipeline
from distilabel.steps import LoadDataFromDicts
from distilabel.steps.tasks import TextGeneration


# What the libraries print is no row.
ROWS = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)


def main(url, concurrency, path):
    rows = [json.loads(line) for line in open(path, encoding="utf-8")]
    data = [{"id": row["id"], "text": row["text"], "instruction": f"Repeat: {row['text']}"} for row in rows]
    with Pipeline() as pipeline:
        load = LoadDataFromDicts(data=data, batch_size=concurrency)
        llm = OpenAILLM(model="stub", base_url=url, api_key="none")
        load >> TextGeneration(llm=llm, input_batch_size=concurrency)
    for row in pipeline.run(use_cache=False)["default"]["train"]:
        print(json.dumps({"id": row["id"], "text": row["text"], "output": row["generation"]}), file=ROWS)
    ROWS.flush()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
