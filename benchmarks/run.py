"""Runs the benchmarks, each in a fresh process: a table of figures, then one line of JSON.

python -m benchmarks.run [--smoke] [NAME ...]
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import os
import subprocess
import sys
import time

from benchmarks.registry import BENCHMARKS, PEAK, Benchmark
from benchmarks.timing import Figures


def main() -> None:
    """Every benchmark, or those named; `--smoke` runs them at toy sizes, where figures mean nothing."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks.run", description=main.__doc__)
    asked.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    asked.add_argument("--smoke", action="store_true", help="toy sizes")
    asked.add_argument("--here", action="store_true", help="measure in this process, print JSON alone")
    options = asked.parse_args()
    unknown = set(options.names) - set(BENCHMARKS)
    if unknown:
        asked.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    if options.here:
        print(json.dumps({name: measured(BENCHMARKS[name], smoke=options.smoke) for name in options.names}))
        return
    told = {"smoke": options.smoke, "date": time.strftime("%Y-%m-%d"), "processors": os.cpu_count(),
            "load_before": round(os.getloadavg()[0], 1)}
    results = {name: in_fresh_process(name, smoke=options.smoke) for name in options.names or BENCHMARKS}
    print(json.dumps(told | {"figures": results}))


def measured(benchmark: Benchmark, *, smoke: bool) -> Figures:
    """The figures of one benchmark, measured in this process."""
    function = getattr(importlib.import_module(benchmark.module), benchmark.function)
    return function(**(benchmark.smoke if smoke else benchmark.full))


def in_fresh_process(name: str, *, smoke: bool) -> Figures:
    """The figures of one benchmark, printed as they come, with the most memory its process ever held."""
    print(f"\n{name}: {BENCHMARKS[name].sentence}", flush=True)
    command = [sys.executable, "-m", "benchmarks.run", name, "--here", *(["--smoke"] if smoke else [])]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    printed = process.stdout.read()  # type: ignore[union-attr]
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{name} ended with code {process.returncode}")
    figures: Figures = json.loads(printed)[name] | {PEAK: used.ru_maxrss * 1024 / 1e9}
    for figure, value in figures.items():
        print(f"  {figure:<42}{shown(value):>12}  {verdict(BENCHMARKS[name], figure, value)}".rstrip(), flush=True)
    return figures


def shown(value: float) -> str:
    """A number with three digits that mean something.

    >>> shown(0.012345), shown(123456.0), shown(True)
    ('0.0123', '123,456', 'yes')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    digits = 0 if value == 0 else max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.0f}" if value == round(value) else f"{value:,.{digits}f}"


def verdict(benchmark: Benchmark, figure: str, value: float) -> str:
    """What a figure should reach, and whether it does."""
    if figure in benchmark.least:
        return f"at least {benchmark.least[figure]:g}: {'reached' if value >= benchmark.least[figure] else 'missed'}"
    if figure in benchmark.most:
        return f"at most {benchmark.most[figure]:g}: {'kept' if value <= benchmark.most[figure] else 'missed'}"
    return ""


if __name__ == "__main__":
    main()
