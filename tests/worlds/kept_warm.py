"""What `tests.worlds.warm` keeps running: it has loaded the program, and each fork of it is one run.

It never runs the program itself, so that each run finds everything as a process that has just begun: the
language, the profile and the commands. What speaks when it is loaded (`cli`) is left to the fork.
"""

import atexit
import functools
import gc
import importlib
import json
import os
import pkgutil
import random
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import contaazul_sync

LIBRARIES = (
    "anyio._backends._asyncio",
    "h11",
    "httpcore",
    "jinja2",
    "shellingham",
    "typer",
    "typer.rich_utils",
)
LEFT_OUT = ("contaazul_sync.cli", "contaazul_sync.sandbox")
MOST = 100_000  # bytes of a request
STREAMS = 3  # stdin, stdout, stderr; the fourth descriptor of a request is where its run is told of
COVERAGE = "COVERAGE_PROCESS_CONFIG"


@functools.cache
def loaded(config: str | None) -> Any:
    """Load the libraries and all of the program that says nothing while it is loaded; once, for all forks.

    With a configuration of coverage, returns what measures it: to begin that in each fork takes longer than
    most runs.
    """
    measuring = _measuring(config) if config else None
    for name in LIBRARIES:
        importlib.import_module(name)
    for module in pkgutil.walk_packages(contaazul_sync.__path__, "contaazul_sync."):
        if not module.name.startswith(LEFT_OUT):
            importlib.import_module(module.name)
    transport: Any = sys.modules["contaazul_sync.net.transport"]
    transport.FIRST_PAUSE = 0.05  # what a pause is for is tested with the transport
    if measuring:
        measuring.stop()
        measuring.save()  # what was loaded; the forks save what they do
        measuring.start()
    gc.freeze()  # to look through all that is inherited would be to copy it
    return measuring


def _measuring(config: str) -> Any:
    coverage = importlib.import_module("coverage")
    files = str(Path(contaazul_sync.__file__).parent / "*")
    # In place of the source, since then each run would look for the files that it did not use.
    made = coverage.Coverage(config_file=f":data:{config}", source=[], include=[files])
    made.set_option("run:disable_warnings", ["no-data-collected"])
    made.start()
    return made


def wait_to_be_forked(requests: socket.socket) -> None:
    """Fork for every request. Returns in the forks alone; ends when nobody can ask any more."""
    while True:
        message, descriptors, *_ = socket.recv_fds(requests, MOST, STREAMS + 1)
        _bury()
        if not message:
            os._exit(0)
        request = json.loads(message)
        loaded(request["environ"].get(COVERAGE))
        if os.fork() == 0:
            requests.close()
            break
        for descriptor in descriptors:
            os.close(descriptor)
    *streams, told = descriptors
    _watch(streams, told)
    os.close(told)
    _become(request, streams)


def _bury() -> None:
    """Wait for those who watched a run that has ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _watch(streams: list[int], told: int) -> None:
    """Fork once more. The parent tells the run's number, waits for its end, and tells its status."""
    run = os.fork()
    if run == 0:
        return
    for descriptor in streams:
        os.close(descriptor)
    os.write(told, run.to_bytes(4, "big"))
    os.write(told, os.waitpid(run, 0)[1].to_bytes(4, "big"))
    os._exit(0)


def _become(request: dict[str, Any], streams: list[int]) -> None:
    """Take over what a process is given when it is started."""
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
        os.close(descriptor)
    if request["session"]:
        os.setsid()
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environ"])
    time.tzset()
    sys.argv = request["words"]
    random.seed()
    sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    _measure(os.environ.get(COVERAGE))


def _measure(config: str | None) -> None:
    """Go on to measure, into a file of one's own, or stop it where the environment does not ask for it."""
    if config:
        atexit.register(loaded(config).save)
        atexit.register(loaded(config).stop)
    else:
        sys.settrace(None)
        threading.settrace(None)


def _leave(end: SystemExit) -> None:
    """End at once: to take apart all that was loaded takes longer than most runs. Else return."""
    if isinstance(end.code, int) and threading.active_count() == 1:
        with suppress(OSError):  # whoever read has left: Python's own end tells it
            sys.stdout.flush()
            sys.stderr.flush()
            atexit._run_exitfuncs()
            os._exit(end.code)


if __name__ == "__main__":
    wait_to_be_forked(socket.socket(fileno=int(sys.argv[1])))
    from contaazul_sync.__main__ import main

    try:
        main()
    except SystemExit as end:
        _leave(end)
        raise
