#!/usr/bin/env python3
"""Asks a server over one connection, one question after the other, and prints the median of their times in milliseconds.
ask.py URL N PATH [TERMS]: N questions; {} in PATH is the next term of the file TERMS (from a random place on)."""
import http.client, random, statistics, sys, time, urllib.parse

url, count, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
terms = [line.strip() for line in open(sys.argv[4])] if len(sys.argv) > 4 else [""]
first = random.randrange(len(terms))
connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc, timeout=60)
times = []
for number in range(count):
    asked = path.replace("{}", terms[(first + number) % len(terms)])
    began = time.perf_counter()
    connection.request("GET", asked)
    reply = connection.getresponse()
    body = reply.read()
    times.append((time.perf_counter() - began) * 1000)
    if reply.status != 200:
        sys.exit(f"ask.py: {reply.status} {body[:200]!r}")
print(f"{statistics.median(times):.2f}")
