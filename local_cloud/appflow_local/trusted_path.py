"""Tells whether other users could replace a folder, or anything that leads to it.

Whoever may rename a folder on the way can put one of their own in its place, with links and
programs in it. The check is OpenSSH's `safe_path` (misc.c: owned by root or the user, not writable
by others), on every folder and link from the root on. Different from it:

- A folder with the sticky bit, such as /tmp, may be writable by all if it is root's or the user's:
  what is in it can be renamed by its own owner and the folder's only.
- A folder may be writable by its group if that's the user's private one, as where umask is 002.
"""

from __future__ import annotations

import errno
import grp
import os
import pwd
import stat
from collections.abc import Iterator
from pathlib import Path

_ROOT = 0
_MOST_LINKS = 40  # as Linux follows
_ACCESS_LIST = "system.posix_acl_access"


def check_path(folder: Path) -> None:
    """Check all that leads to the folder, and the folder itself; what doesn't exist is skipped.

    Raises:
        PermissionError: another user could replace what its `filename` names.
        OSError: it can't be read, or its links go in circles.
    """
    writers = None
    for place in _way(folder):
        try:
            found = place.lstat()
        except FileNotFoundError:
            return
        if found.st_uid not in (_ROOT, os.getuid()):
            raise _unsafe(place, "it's another user's")
        if stat.S_ISDIR(found.st_mode):
            writers = _writers(place, found)
            if writers and not found.st_mode & stat.S_ISVTX:
                raise _unsafe(place, f"{writers} may replace files in it")
    if writers:
        raise _unsafe(folder, f"{writers} may put files into it")


def check_owner(path: Path) -> None:
    """Check that a file or folder is the user's own, and no link.

    Raises:
        PermissionError: it isn't.
        FileNotFoundError: there is none.
    """
    if path.is_symlink() or path.stat().st_uid != os.getuid():
        raise _unsafe(path, "it's a link, or another user's")


def _way(path: Path) -> Iterator[Path]:
    """Yield each folder and link from the root to the path, with what links lead through."""
    at, links = Path("/"), 0
    waiting = list(reversed(path.absolute().parts[1:]))
    yield at
    while waiting:
        name = waiting.pop()
        at = at.parent if name == ".." else at / name
        yield at
        if at.is_symlink():
            links += 1
            if links > _MOST_LINKS:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
            target = at.readlink()
            at = Path("/") if target.is_absolute() else at.parent
            waiting.extend(reversed(target.parts[1:] if target.is_absolute() else target.parts))


def _writers(folder: Path, found: os.stat_result) -> str | None:
    """Name those who may write in the folder, besides its owner and root."""
    if found.st_mode & stat.S_IWOTH:
        return "any user"
    if found.st_mode & stat.S_IWGRP and not _is_private(folder, found.st_gid):
        return "its group"
    return None


def _is_private(folder: Path, group: int) -> bool:
    """Whether only this user is in the group, and no access list names others.

    Group 0 never is: containers run with it whatever their user.
    """
    try:
        users, own = grp.getgrgid(group), pwd.getpwuid(os.getuid())
    except KeyError:
        return False
    alone = users.gr_name == own.pw_name and group == own.pw_gid and group != 0
    return alone and not {*users.gr_mem} - {own.pw_name} and not _has_access_list(folder)


def _has_access_list(folder: Path) -> bool:
    try:
        return bool(os.getxattr(folder, _ACCESS_LIST))
    except (OSError, AttributeError):  # it has none; only Linux can tell
        return False


def _unsafe(path: Path, reason: str) -> PermissionError:
    return PermissionError(errno.EPERM, reason, str(path))
