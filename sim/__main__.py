"""`python -m sim`: histories by the hundred, one as a story, one cut down to what fails."""

import argparse
import gc
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from sim.draw import History
from sim.events.drawn import history
from sim.live import live
from sim.shrink import shrink
from sim.stories import known, mended

TOGETHER = 17  # histories in one process, which keeps what each leaves behind, some 13 MB
HASHES = 4  # orders in which sets are walked through: a seed always has the same


def main() -> int:
    """What was asked for; 1 where something is wrong."""
    asked = _arguments()
    if asked.stories:
        return _stories()
    if asked.worker:
        return _work(asked.worker)
    if asked.seed is not None:
        return _again(asked)
    return _many(asked)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sim", description=__doc__)
    parser.add_argument("--histories", type=int, default=200, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--stop", action="store_true", help="at the first history that fails")
    parser.add_argument("--drawn", action="store_true", help="without the stories that are written down")
    parser.add_argument("--seed", type=int, help="this one alone, as a story")
    parser.add_argument("--shrink", metavar="INVARIANT", help="cut --seed down to what fails like this")
    parser.add_argument("--trace", action="store_true", help="with --seed: each boundary")
    parser.add_argument("--worker", type=int, nargs="+", help=argparse.SUPPRESS)
    parser.add_argument("--stories", action="store_true", help="those that are written down alone")
    return parser.parse_args()


def _many(asked: argparse.Namespace) -> int:
    """Let many histories happen, in processes of their own: what a seed becomes hangs on no other."""
    begun, wrong = time.monotonic(), Counter[str]()
    seeds = range(asked.first, asked.first + asked.histories)
    lived, passes = 0, 0
    parts = [["--worker", *map(str, each)] for each in _parts(seeds, 3 if asked.stop else TOGETHER) if each]
    if not asked.drawn:
        parts.insert(0, ["--stories"])
    for told in _in_processes(parts, asked.cores):
        for line in told:
            kind, _tab, text = line.partition("\t")
            if kind == "lived":
                lived, passes = lived + int(text.split()[0]), passes + int(text.split()[1])
            else:
                wrong[kind] += 1
                print(f"{kind}: {text}", flush=True)
        if asked.stop and wrong:
            break
    took = time.monotonic() - begun
    rate = lived / (took / 60) / asked.cores
    text = f"{lived} histories lived from seed {asked.first}, {passes} runs of the program, {took:.0f} s"
    print(f"{text}: {rate:.0f} a minute and core; {dict(wrong) or 'nothing wrong'}")
    return 1 if wrong else 0


def _stories() -> int:
    """Those that are written down; what is wrong, a line each."""
    told = [f"{wrong.invariant}\t{story.name}: {wrong.text}" for story in mended() for wrong in story.wrong()]
    text = "it is known to fail, and does not any more: move it to sim/stories.toml"
    told += [f"known\t{story.name}: {text}" for story in known() if not story.is_broken]
    print("\n".join([*told, "lived\t0 0"]))
    return 1 if told else 0


def _in_processes(parts: Sequence[Sequence[str]], most: int) -> Iterator[Iterable[str]]:
    """What each part says, as it comes; at most so many processes at once."""
    with ThreadPoolExecutor(most) as pool:
        waiting = [pool.submit(_lines, part) for part in parts]
        try:
            for each in as_completed(waiting):
                yield each.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _lines(part: Sequence[str]) -> list[str]:
    environ = dict(os.environ) | {"PYTHONHASHSEED": str(int(part[-1]) % HASHES if part[1:] else 0)}
    words = [sys.executable, "-m", "sim", *part]
    done = subprocess.run(words, env=environ, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode not in (0, 1) or "lived" not in done.stdout:
        return [*done.stdout.splitlines(), f"the simulator\t{' '.join(part)}: {done.stderr[-500:]}"]
    return done.stdout.splitlines()


def _parts(seeds: Sequence[int], size: int) -> list[list[int]]:
    """The seeds by their hash, in parts for a process each."""
    apart = [[seed for seed in seeds if seed % HASHES == i] for i in range(HASHES)]
    return [same[start : start + size] for start in range(0, len(seeds), size) for same in apart]


def _work(seeds: Sequence[int]) -> int:
    """A part of the histories; what is wrong, a line each."""
    gc.disable()  # to look for what a history left behind takes a tenth of the history
    bad = passes = 0
    for seed in seeds:
        lived = live(history(seed))
        passes += lived.passes
        for wrong in lived.wrong:
            bad += 1
            text = " / ".join(wrong.text.splitlines()[-3:])
            print(f"{wrong.invariant}\tseed {seed}: {text}")
    gc.freeze()  # nor does the end of the process look for it
    print(f"lived\t{len(seeds)} {passes}")
    return 1 if bad else 0


def _again(asked: argparse.Namespace) -> int:
    """One history as a story."""
    if os.environ.get("PYTHONHASHSEED") != (mine := str(asked.seed % HASHES)):
        os.environ["PYTHONHASHSEED"] = mine
        os.execv(sys.executable, [sys.executable, "-m", "sim", *sys.argv[1:]])  # noqa: S606 - ourselves
    found = history(asked.seed)
    if asked.shrink:
        found = shrink(found, lambda tried: _fails(tried, asked.shrink))
    lived = live(found, tells=asked.trace)
    _tell(found, lived.story)
    for wrong in lived.wrong:
        print(f"{wrong.invariant}: {wrong.text}")
    return 1 if lived.wrong else 0


def _fails(tried: History, invariant: str) -> bool:
    return any(wrong.invariant == invariant for wrong in live(tried).wrong)


def _tell(found: History, story: Sequence[str]) -> None:
    for line in story:
        print(line)
    print(found.nature)
    for event in found.events:
        print(f"  {list(event)}")


if __name__ == "__main__":
    sys.exit(main())
