"""Run by the Python of fastdup's own environment: from a folder to the neighbours of every picture in it."""

import sys
import time

started = time.perf_counter()
import fastdup  # noqa: E402 - loading it is part of what a user waits for

run = fastdup.create(work_dir=sys.argv[2], input_dir=sys.argv[1])
run.run(overwrite=True, verbose=False)
neighbours = len(run.similarity())
print(f"\nRESULT {time.perf_counter() - started:.3f} {neighbours}")
