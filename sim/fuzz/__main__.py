"""`python -m sim.fuzz`: cases by their seed, for so many seconds; or one again."""

import argparse
import random
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sim.fuzz import answers, files, life
from sim.judge import Wrong

FILES = 0.15  # of the cases
LONGEST = 200  # characters of what is wrong, in a list


def main() -> int:
    """What was asked for; 1 where something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m sim.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--cores", type=int, default=1)
    parser.add_argument("--seed", type=int, help="this case alone, with all that is wrong")
    parser.add_argument("--step", type=int, default=1, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.seed is not None:
        return _again(asked.seed)
    if asked.cores > 1:
        return _in_processes(asked)
    return _many(asked)


def _in_processes(asked: argparse.Namespace) -> int:
    def part(i: int) -> int:
        words = [sys.executable, "-m", "sim.fuzz", "--seconds", str(asked.seconds)]
        words += ["--first", str(asked.first + i), "--step", str(asked.cores)]
        return subprocess.run(words, check=False).returncode  # noqa: S603

    with ThreadPoolExecutor(asked.cores) as pool:
        return max(pool.map(part, range(asked.cores)))


def _many(asked: argparse.Namespace) -> int:
    end, seed, wrong = time.monotonic() + asked.seconds, asked.first, Counter[str]()
    catalogue = {kind: life.places(kind) for kind in life.KINDS}
    cases = 0
    while time.monotonic() < end:
        about, found = _case(seed, catalogue)
        for each in found:
            wrong[each.invariant] += 1
            text = " / ".join(each.text.strip().splitlines()[-3:])[-LONGEST:]
            print(f"{each.invariant}\tseed {seed}: {about}: {text}", flush=True)
        seed, cases = seed + asked.step, cases + 1
    places = sum(map(len, catalogue.values()))
    text = f"{cases} cases of nonsense in {places} places, from seed {asked.first}"
    print(f"{text}; {dict(wrong) or 'nothing wrong'}")
    return 1 if wrong else 0


def _case(seed: int, catalogue: dict[str, list[answers.Place]]) -> tuple[str, list[Wrong]]:
    dice = random.Random(seed)
    if dice.random() < FILES:
        file, how = files.drawn(dice)
        return _tried(f"{file}: {how}", lambda: life.spoil(file, how, dice))
    kind = dice.choice(list(catalogue))
    twists = answers.drawn(catalogue[kind], dice)
    about = " and ".join(map(str, twists))
    return _tried(f"{kind}: {about}", lambda: life.suffer(kind, twists, dice))


def _tried(about: str, case: Callable[[], list[Wrong]]) -> tuple[str, list[Wrong]]:
    try:
        return about, case()
    except Exception:  # noqa: BLE001 - the world itself broke
        return about, [Wrong("the world", traceback.format_exc())]


def _again(seed: int) -> int:
    about, found = _case(seed, {kind: life.places(kind) for kind in life.KINDS})
    print(about)
    for each in found:
        print(f"{each.invariant}: {each.text}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
