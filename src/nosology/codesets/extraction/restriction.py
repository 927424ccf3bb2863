"""What the converting process may do: read nothing more, write into one folder, and compute.

The limits are set before the archive is looked into. The operating system's are set where it has
them; the interpreter's own, an audit hook that cannot be taken off, is set everywhere.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

_SECONDS = 120
_MEMORY = 3 << 30
_FILE = 1 << 28
_OPEN_FILES = 64

_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "ctypes.",
    "pickle.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "os.system",
    "os.kill",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.chmod",
    "os.chown",
    "shutil.",
    "webbrowser.",
    "winreg.",
)
"""Beginnings of the names of what is never needed here."""

# Of the standard library itself, some modules are imported late.
_LIBRARY = tuple({str(Path(os.__file__).parent), sys.prefix, sys.base_prefix})


def restrict(folder: Path) -> None:
    """Limit this process for good: it may write into the folder, and open no other file."""
    _limit_resources()
    allowed = str(folder.resolve())
    here = str(Path(__file__).parents[2])

    def audit(event: str, arguments: tuple[object, ...]) -> None:
        if event.startswith(_FORBIDDEN):
            raise PermissionError(f"{event} is not allowed while an archive is converted")
        if event == "open":
            path, mode, flags = arguments
            _check_open(path, mode, flags, allowed, here)

    sys.addaudithook(audit)


def _check_open(path: object, mode: object, flags: object, allowed: str, here: str) -> None:
    if isinstance(path, int):  # a file that is open already
        return
    name = str(Path(os.fsdecode(path)).resolve()) if isinstance(path, str | bytes) else ""
    writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if name.startswith(allowed + os.sep):
        return
    if not writes and name.startswith((here, *_LIBRARY)):
        return
    raise PermissionError(f"opening with {mode!r} is not allowed while an archive is converted")


def _limit_resources() -> None:
    """Set the operating system's limits, each where there is one."""
    if sys.platform == "win32":
        return
    import resource

    limits = {
        "RLIMIT_CPU": _SECONDS,
        "RLIMIT_AS": _MEMORY,
        "RLIMIT_FSIZE": _FILE,
        "RLIMIT_NOFILE": _OPEN_FILES,
        "RLIMIT_CORE": 0,
        "RLIMIT_NPROC": 0,
    }
    for name, value in limits.items():
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        # Not every system takes every limit, and none may be raised above what is set already.
        with contextlib.suppress(ValueError, OSError):
            _, hard = resource.getrlimit(kind)
            limit = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (limit, limit))
