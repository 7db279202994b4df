"""`python -m bench [NAME…] [--json] [--quick]` and `python -m bench --list`."""

from __future__ import annotations

import argparse
import importlib
import sys
from types import ModuleType

from bench.client import ServerFailed
from bench.harness import Report
from bench.machine import load, machine
from bench.output import as_json, markdown

NAMES = (
    "startup", "memory", "first_token", "edits", "busy", "large_document", "ends", "guard", "tenancy", "import", "sync",
    "writes", "overview", "export", "retrieval", "explain",
)  # fmt: skip


def main() -> int:
    """Run the measurements that were named, or all of them."""
    parser = _parser()
    options = parser.parse_args()
    names = options.names or NAMES
    if unknown := [name for name in names if name not in NAMES]:
        parser.error(f"there is no measurement {unknown[0]}; there are {', '.join(NAMES)}")
    if options.list:
        for name in names:
            print(f"{name:15} {_about(_module(name))}")
        return 0
    described = machine()
    if not options.json:
        print(f"{described}\n")
    try:
        reports = {name: _measure(name, quick=options.quick, show=not options.json) for name in names}
    except ServerFailed as error:
        print(error, file=sys.stderr)
        return 1
    if options.json:
        print(as_json(described, reports))
    else:
        print(f"Load at the end: {load()}.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure TACO beside its peers.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="which (default: all)")
    parser.add_argument("--list", action="store_true", help="say what there is to measure")
    parser.add_argument("--json", action="store_true", help="print JSON with every sample")
    parser.add_argument("--quick", action="store_true", help="few rounds: shows that the bench works, not how fast")
    return parser


def _measure(name: str, *, quick: bool, show: bool) -> Report:
    print(f"measuring {name} …", file=sys.stderr, flush=True)
    module = _module(name)
    report: Report = module.measure(quick)
    if show:
        print(markdown(name, _about(module), report), flush=True)
    return report


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"bench.measurements.{name}")


def _about(module: ModuleType) -> str:
    return (module.__doc__ or "").partition("\n")[0]


if __name__ == "__main__":
    sys.exit(main())
