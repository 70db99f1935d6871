"""`python -m bench [--quick]`: measures, and prints tables in Markdown."""

import argparse
import sys
from collections.abc import Iterable, Sequence

from bench import fleet, growth, pace


def main() -> None:
    """Run everything, a line at a time."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything, in two minutes")
    parser.add_argument("--only", choices=("pace", "growth", "fleet"), help="one of the tables")
    parser.add_argument("--homes", type=int, default=0, help="of the fleet, in place of 1,000")
    options = parser.parse_args()
    part = 10 if options.quick else 1
    if options.only in {None, "pace"}:
        _table(pace.HEAD, (row.cells() for row in pace.rows(1200 // part, 600 // part, 300 // part)))
    if options.only in {None, "growth"}:
        _table(growth.HEAD, growth.rows([1000, 10_000] if options.quick else [1000, 10_000, 100_000]))
        _table(growth.LIGHT_HEAD, growth.light(1000))
        _table(growth.START_HEAD, growth.starts(100_000 // part))
        _say(growth.year(17_520 // part, 50_000 // part))
    if options.only in {None, "fleet"}:
        _table(fleet.HEAD, fleet.rows(options.homes or 1000 // part))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    _say("| " + " | ".join(head) + " |")
    _say("|---|" + "--:|" * (len(head) - 1))
    for row in rows:
        _say("| " + " | ".join(row) + " |")
    _say("")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
