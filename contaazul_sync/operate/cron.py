"""The line for cron and the units for systemd, made for this machine. Pure: texts in, texts out."""

import re
import shlex
import zlib
from dataclasses import dataclass
from pathlib import Path

EVERY = 30  # minutes
# What our line runs, however the program was installed and whatever a person put behind it.
OURS = re.compile(r"[^#\s].*contaazul[-_]sync\S*( --profile \S+)? sync\b")


@dataclass(frozen=True)
class Job:
    """What is run. `program`: its words; `is_default`: cron finds the main home without being told."""

    program: tuple[str, ...]
    main: Path
    profile: str = ""
    is_default: bool = True

    @property
    def home(self) -> Path:
        """The home that is worked in."""
        return self.main / "profiles" / self.profile if self.profile else self.main

    @property
    def words(self) -> tuple[str, ...]:
        """The command."""
        return (*self.program, *(("--profile", self.profile) if self.profile else ()), "sync")

    @property
    def unit(self) -> str:
        """The name of its units: another one for each home."""
        place = "" if self.is_default else f"-{zlib.crc32(str(self.main).encode()):08x}"
        return "-".join(filter(None, (f"contaazul-sync{place}", self.profile)))


def minute(home: Path) -> int:
    """The minute of the half hour at which this home runs: not every shop asks at the same time."""
    return zlib.crc32(str(home).encode()) % EVERY


def mark(home: Path) -> str:
    """The line above ours in a crontab, by which it is found again."""
    return f"# contaazul-sync {home}"


def line(job: Job) -> str:
    """A crontab's line, for a plain sh. Cron takes a % for a line's end, so it is masked."""
    at = minute(job.home)
    where = "" if job.is_default else f"CONTAAZUL_SYNC_HOME={shlex.quote(str(job.main))} "
    return f"{at},{at + EVERY} * * * * {where}{shlex.join(job.words)}".replace("%", r"\%")


def installed(crontab: str, job: Job) -> str:
    """The crontab with this home's line in it, once; all other lines stay as they are."""
    kept = removed(crontab, job.home)
    if kept and not kept.endswith("\n"):
        kept += "\n"
    return f"{kept}{mark(job.home)}\n{line(job)}\n"


def removed(crontab: str, home: Path) -> str:
    """The crontab without this home's mark and, where it still stands below it, our line."""
    kept, below = [], False
    for each in re.split(r"(?<=\n)", crontab):
        ours = each.rstrip("\r\n") == mark(home) or (below and OURS.match(each))
        if not ours:
            kept.append(each)
        below = each.rstrip("\r\n") == mark(home)
    return "".join(kept)


def service(job: Job) -> str:
    """A systemd service of a user for one pass, shut off from what it does not need."""
    return f"""[Unit]
Description=contaazul-sync: from the shop to Conta Azul ({_escaped(job.home)})

[Service]
Type=oneshot
Environment={_quoted(f"CONTAAZUL_SYNC_HOME={job.main}")}
ExecStart={" ".join(map(_quoted, job.words))}
# Not now (5), some items need a look (6), something is held back (7) and stopped by somebody (130) are no
# failures of the service.
SuccessExitStatus=5 6 7 130
TimeoutStartSec=infinity
TimeoutStopSec=2min
UMask=0077
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
SystemCallArchitectures=native
# These need user namespaces; a systemd or a kernel without them passes over these lines.
PrivateTmp=yes
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths={_quoted(f"-{job.home}")}
"""


def timer(job: Job) -> str:
    """The timer of that service: twice an hour, and once after the machine was off."""
    at = minute(job.home)
    return f"""[Unit]
Description=contaazul-sync twice an hour ({_escaped(job.home)})

[Timer]
OnCalendar=*-*-* *:{at:02d},{at + EVERY:02d}:00
RandomizedDelaySec=120
Persistent=true

[Install]
WantedBy=timers.target
"""


def _quoted(word: str) -> str:
    """A word of a unit, in double quotes where it needs them."""
    text = _escaped(word).replace('"', r"\"")
    return text if re.fullmatch(r"[\w./=@-]+", text) else f'"{text}"'


def _escaped(text: object) -> str:
    return str(text).replace("\\", r"\\").replace("%", "%%")
