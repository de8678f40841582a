"""Follows one question many times while a log is written to, and prints how long a line takes from its write to each follower.

follow.py URL LOG FOLLOWERS LINES_A_SECOND SECONDS: prints the median and the 99th percentile in milliseconds, and the events that came.
"""

import asyncio
import sys
import time
from urllib.parse import urlsplit

REQUEST = (
    "GET /api/v1/follow?q=hit&mode=fixed HTTP/1.1\r\nHost: localhost\r\nAccept: application/x-ndjson\r\nConnection: close\r\n\r\n"
)


async def follow(url, delays, ready):
    reader, writer = await asyncio.open_connection(url.hostname, url.port, limit=1 << 22)
    writer.write(REQUEST.encode())
    is_first = True
    while line := await reader.readline():
        if is_first and b'"heartbeat"' in line:
            is_first = False
            ready.release()
        at = line.find(b"hit ")
        if at >= 0:
            delays.append(time.monotonic() - float(line[at + 4 : line.index(b'"', at)]))


async def main():
    url, log = urlsplit(sys.argv[1]), sys.argv[2]
    followers, rate, seconds = int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5])
    delays, ready = [], asyncio.Semaphore(0)
    tasks = [asyncio.create_task(follow(url, delays, ready)) for _ in range(followers)]
    for _ in range(followers):
        await ready.acquire()
    began = time.monotonic()
    with open(log, "a", buffering=1, encoding="ascii") as out:
        written = 0
        while time.monotonic() < began + seconds:
            while written < (time.monotonic() - began) * rate:
                out.write(f"hit {time.monotonic():.6f}\n" if written % 10 == 0 else "nothing of interest in this line\n")
                written += 1
            await asyncio.sleep(0.001)
    expected = followers * ((written + 9) // 10)
    while len(delays) < expected and time.monotonic() < began + seconds + 30:
        await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    delays.sort()
    print(f"{delays[len(delays) // 2] * 1000:.1f} {delays[len(delays) * 99 // 100] * 1000:.1f} {len(delays)}/{expected}")


asyncio.run(main())
