"""The line for cron and the units for systemd, made for this machine. Pure: texts in, texts out."""

import shlex
import zlib
from pathlib import Path

EVERY = 30  # minutes


def minute(home: Path) -> int:
    """The minute of the half hour at which this home runs: not every shop asks at the same time."""
    return zlib.crc32(str(home).encode()) % EVERY


def mark(home: Path) -> str:
    """The line above ours in a crontab, by which it is found again."""
    return f"# contaazul-sync {home}"


def line(program: Path, home: Path, *, is_default: bool) -> str:
    """A crontab's line. Cron takes a % for a line's end, so it is masked."""
    at = minute(home)
    where = "" if is_default else f"CONTAAZUL_SYNC_HOME={shlex.quote(str(home))} "
    return f"{at},{at + EVERY} * * * * {where}{shlex.quote(str(program))} sync".replace("%", r"\%")


def installed(crontab: str, home: Path, line: str) -> str:
    """The crontab with this home's line in it, once; all other lines stay as they are."""
    kept = removed(crontab, home)
    if kept and not kept.endswith("\n"):
        kept += "\n"
    return f"{kept}{mark(home)}\n{line}\n"


def removed(crontab: str, home: Path) -> str:
    """The crontab without this home's line."""
    kept, lines = [], iter(crontab.splitlines(keepends=True))
    for each in lines:
        if each.rstrip("\n") == mark(home):
            next(lines, None)
        else:
            kept.append(each)
    return "".join(kept)


def unit(home: Path, *, is_default: bool) -> str:
    """The name of this home's units."""
    return "contaazul-sync" if is_default else f"contaazul-sync-{home.name}"


def service(program: Path, home: Path) -> str:
    """A systemd service for one pass, shut off from what it does not need."""
    return f"""[Unit]
Description=contaazul-sync: from the shop to Conta Azul ({home})
Documentation=https://developers.contaazul.com
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
Environment="CONTAAZUL_SYNC_HOME={_quoted(home)}"
ExecStart="{_quoted(program)}" sync
# Not now (5) and some items need a look (6) are no failures of the service.
SuccessExitStatus=5 6
UMask=0077
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths="{_quoted(home)}"
RestrictSUIDSGID=yes
LockPersonality=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
TimeoutStartSec=2h
"""


def timer(home: Path) -> str:
    """The timer of that service: twice an hour, and once after the machine was off."""
    at = minute(home)
    return f"""[Unit]
Description=contaazul-sync twice an hour ({home})

[Timer]
OnCalendar=*-*-* *:{at:02d},{at + EVERY:02d}:00
RandomizedDelaySec=120
Persistent=true

[Install]
WantedBy=timers.target
"""


def _quoted(path: Path) -> str:
    """A path inside double quotes of a unit, where some characters mean something."""
    return str(path).replace("\\", r"\\").replace('"', r"\"").replace("%", "%%")
