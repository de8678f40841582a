# RQ's side of the row jobs: enqueues no-op jobs, or runs what waits with SimpleWorker (no fork for each job); prints jobs a second.
#   rq_jobs.py PORT enqueue SECONDS | rq_jobs.py PORT finish JOBS
import logging
import sys
import time

from redis import Redis
from rq import Queue, SimpleWorker

port, what, amount = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
redis = Redis(port=port)
queue = Queue(connection=redis)
logging.disable(logging.CRITICAL)

if what == "enqueue":
    done, started = 0, time.monotonic()
    while time.monotonic() - started < amount:
        queue.enqueue(time.time)
        done += 1
    print(done / (time.monotonic() - started))
else:
    redis.flushall()
    for _ in range(amount):
        queue.enqueue(time.time)
    started = time.monotonic()
    SimpleWorker([queue], connection=redis).work(burst=True)
    print(amount / (time.monotonic() - started))
