"""ask_curator.py URL CONCURRENCY ROWS: bespokelabs-curator with its limits raised; replies as JSON Lines on stdout."""

import json
import os
import sys
import tempfile

# What the libraries print is no row.
ROWS = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)
os.environ.update(TELEMETRY_ENABLED="0", CURATOR_VIEWER="0", OPENAI_API_KEY="none", CURATOR_DISABLE_RICH_DISPLAY="1")

import tiktoken


class Characters:
    """In place of the table of tokens that it would fetch from the network."""

    def encode(self, text, **_):
        return text[::4]


tiktoken.encoding_for_model = tiktoken.get_encoding = lambda *_: Characters()

from bespokelabs import curator

url, concurrency, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
rows = [json.loads(line) for line in open(path, encoding="utf-8")]
settings = {
    "base_url": url,
    "max_concurrent_requests": concurrency,
    "max_requests_per_minute": 10_000_000,
    "max_tokens_per_minute": 10_000_000_000,
}


class Ask(curator.LLM):
    def prompt(self, row):
        return f"Repeat: {row['text']}"

    def parse(self, row, reply):
        return {**row, "output": reply}


with tempfile.TemporaryDirectory() as cache:
    asked = Ask(model_name="gpt-4o-mini", backend="openai", backend_params=settings)(rows, working_dir=cache)
    for row in getattr(asked, "dataset", asked):
        print(json.dumps(row), file=ROWS)
ROWS.close()
