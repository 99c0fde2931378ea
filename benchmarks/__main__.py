"""`python -m benchmarks [NAME...] [--json]`: all or those named, as lines or as JSON for `benchmarks.table`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from benchmarks import applying, bulk, deadlines, keys, page, peers, start, sync
from benchmarks.results import Result
from benchmarks.table import amount

BENCHMARKS: Final[Mapping[str, Callable[[Path], list[Result]]]] = {
    "start": start.measure,
    "keys": keys.measure,
    "page": page.measure,
    "sync": sync.measure,
    "deadlines": deadlines.measure,
}
ON_REQUEST: Final[Mapping[str, Callable[[Path], list[Result]]]] = {
    "apply": applying.measure,
    "bulk": bulk.measure,
    "peers": peers.measure,
}
"""Only those that are named: they take long, or measure what few do."""
_ALL: Final = {**BENCHMARKS, **ON_REQUEST}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs them and prints what came out; 0 however good that is."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Each figure beside a yardstick.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"{', '.join(_ALL)}; without a name {', '.join(BENCHMARKS)}"
    )
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
    wanted = parser.parse_args(arguments)
    if unknown := set(wanted.names) - _ALL.keys():
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}; there are {', '.join(_ALL)}")
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="agentconsole-benchmarks-") as folder:
        for name in wanted.names or BENCHMARKS:
            print(f"{name} ...", file=sys.stderr)
            results += _ALL[name](Path(folder))
    if wanted.json:
        print(json.dumps({"machine": machine(), "results": [each.as_json() for each in results]}, indent=2))
    else:
        print(*map(_line, results), sep="\n")
    return 0


def machine() -> dict[str, Any]:
    """What the figures depend on."""
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "textual": version("textual"),
    }


def _line(result: Result) -> str:
    beside = "" if result.beside is None else f"  beside {amount(result.beside)} ({result.yardstick})"
    ratio = "" if result.ratio is None else f"  {result.ratio:.2f}x"
    target = "" if result.limit is None else f"  target {result.limit}: {'met' if result.met else 'NOT MET'}"
    return f"{result.what:66}{amount(result.ours):>9} {result.unit:10}{beside}{ratio}{target}"


if __name__ == "__main__":
    sys.exit(main())
