"""ask_openai.py URL CONCURRENCY ROWS: AsyncOpenAI behind a semaphore; replies as JSON Lines on stdout."""

import asyncio
import json
import sys

from openai import AsyncOpenAI


async def main(url, concurrency, path):
    rows = [json.loads(line) for line in open(path, encoding="utf-8")]
    client, slots = AsyncOpenAI(base_url=url, api_key="none"), asyncio.Semaphore(concurrency)

    async def ask(row):
        async with slots:
            messages = [{"role": "user", "content": f"Repeat: {row['text']}"}]
            reply = await client.chat.completions.create(model="stub", messages=messages)
        row["output"] = reply.choices[0].message.content
        print(json.dumps(row))

    await asyncio.gather(*(ask(row) for row in rows))


asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
