"""ask_aiohttp.py URL CONCURRENCY ROWS: the script that one writes around aiohttp; replies as JSON Lines on stdout."""

import asyncio
import json
import sys

import aiohttp


async def main(url, concurrency, path):
    rows = iter([json.loads(line) for line in open(path, encoding="utf-8")])
    write = sys.stdout.write

    async def work(session):
        for row in rows:
            body = {"model": "stub", "messages": [{"role": "user", "content": f"Repeat: {row['text']}"}]}
            async with session.post(f"{url}/chat/completions", json=body) as response:
                reply = await response.json()
            row["output"] = reply["choices"][0]["message"]["content"]
            write(json.dumps(row) + "\n")

    connector = aiohttp.TCPConnector(limit=concurrency)
    async with aiohttp.ClientSession(connector=connector) as session:
        await asyncio.gather(*(work(session) for _ in range(concurrency)))


asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3]))
