"""The program as a process that need not be started: it is forked from one that has loaded it before.

It is a process like any other, with a number, descriptors, an environment, signals and a status of its own.
To start one takes half a second of a core, to fork one a tenth. A test of the start itself uses subprocess.
"""

import functools
import json
import os
import select
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.worlds import kept_warm

PIPES: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
BARE = {"PATH": "/usr/bin:/bin"}  # without a locale, as the program under cron


class Kept:
    """The process that is kept warm: it begins when it is first asked, and ends with `end`."""

    def __init__(self) -> None:
        self.requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-P", kept_warm.__file__, str(theirs.fileno())]
        with theirs:
            self.process = subprocess.Popen(
                command, env=BARE, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()]
            )


@functools.cache
def kept() -> Kept:
    """The one of this process."""
    return Kept()


def end() -> None:
    """End what is kept warm, if it has begun."""
    if kept.cache_info().currsize:
        kept().requests.close()
        kept().process.wait(10)
        kept.cache_clear()


class Warm(subprocess.Popen[Any]):
    """`subprocess.Popen` for a command of the installed program, with `env` and perhaps a new session."""

    _told = -1

    def _execute_child(self, args, executable, preexec_fn, close_fds, pass_fds, cwd, env, *others):
        """What Popen does to start the process: here it is asked for."""
        _startupinfo, _flags, _shell, stdin, given, taken, stdout, errors, stderr, *more = others
        *_, session, _group = more
        request = {"words": args, "environ": dict(env), "folder": str(cwd or Path.cwd()), "session": session}
        streams = [default if ours == -1 else ours for default, ours in enumerate((stdin, stdout, stderr))]
        self._told, telling = os.pipe()
        socket.send_fds(kept().requests, [json.dumps(request).encode()], [*streams, telling])
        os.close(telling)
        self._close_pipe_fds(stdin, given, taken, stdout, errors, stderr)  # type: ignore[attr-defined]
        self.pid = self._read()
        self._child_created = True

    def _read(self) -> int:
        told = os.read(self._told, 4)
        assert told, "what keeps the program warm has ended"
        return int.from_bytes(told, "big")

    def _try_wait(self, wait_flags: int) -> tuple[int, int]:
        """As os.waitpid says it: the number is 0 while the process lives."""
        if wait_flags & os.WNOHANG and not select.select([self._told], [], [], 0)[0]:
            return 0, 0
        status = self._read()
        os.close(self._told)
        return self.pid, status

    def _internal_poll(self, **_: Any) -> int | None:
        if self.returncode is None:
            ended, status = self._try_wait(os.WNOHANG)
            if ended:
                self._handle_exitstatus(status)  # type: ignore[attr-defined]
        return self.returncode
