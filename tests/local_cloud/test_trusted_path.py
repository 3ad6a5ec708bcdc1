"""No folder that another user could replace is used, or given to anybody as the cloud's."""

from __future__ import annotations

import grp
import os
import pwd
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from appflow_local.trusted_path import check_path
from harness.cloud.local_cloud import command

NOBODY = 65534
STAFF = 50
AS_ROOT = pytest.mark.skipif(os.getuid() != 0, reason="only root can act as another user")


def theirs(folder: Path) -> None:
    os.chown(folder, NOBODY, -1)


def mode(bits: int) -> Callable[[Path], None]:
    return lambda folder: folder.chmod(bits)


def theirs_and_sticky(folder: Path) -> None:
    folder.chmod(0o1777)
    theirs(folder)


def of_a_group(folder: Path) -> None:
    os.chown(folder, -1, STAFF)
    folder.chmod(0o775)


UNSAFE = [
    pytest.param(mode(0o777), id="any user may write"),
    pytest.param(mode(0o772), id="all others may write"),
    pytest.param(mode(0o775), id="its group may write"),
    pytest.param(theirs, id="another user's", marks=AS_ROOT),
    pytest.param(theirs_and_sticky, id="another user's, sticky", marks=AS_ROOT),
    pytest.param(of_a_group, id="a group's", marks=AS_ROOT),
]
DEPTHS = ["", "parent", "parent/grandparent", "parent/grandparent/new/folders"]
COMMANDS = ["up", "exec", "env", "status", "logs", "down"]


@pytest.mark.parametrize("below", DEPTHS)
@pytest.mark.parametrize("spoil", UNSAFE)
def test_a_folder_is_refused_wherever_another_user_could_replace_it(
    tmp_path: Path, spoil: Callable[[Path], None], below: str
) -> None:
    shared = tmp_path / "shared"
    (shared / "parent" / "grandparent").mkdir(parents=True)
    check_path(shared / below)
    spoil(shared)
    with pytest.raises(PermissionError) as caught:
        check_path(shared / below)
    assert caught.value.filename == str(shared)


def test_a_folder_of_ones_own_in_a_sticky_one_is_used(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    (tmp_path / "own").mkdir(mode=0o700)
    check_path(tmp_path / "own")
    check_path(tmp_path / "new" / "one")


@AS_ROOT
def test_a_folder_of_somebody_else_in_a_sticky_one_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    (tmp_path / "waiting").mkdir(mode=0o700)
    theirs(tmp_path / "waiting")
    with pytest.raises(PermissionError, match="another user's"):
        check_path(tmp_path / "waiting" / "4566")


def test_a_folder_into_which_others_could_have_put_files_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    with pytest.raises(PermissionError, match="any user may put files into it"):
        check_path(tmp_path)


def test_what_a_link_leads_through_is_checked_too(tmp_path: Path) -> None:
    (tmp_path / "shared" / "there").mkdir(parents=True)
    (tmp_path / "shared").chmod(0o777)
    (tmp_path / "link").symlink_to("shared/there")
    (tmp_path / "absolute").symlink_to(tmp_path / "link" / ".." / "there")
    for way in ("link", "absolute", "link/below", "other/../absolute"):
        (tmp_path / "other").mkdir(exist_ok=True)
        with pytest.raises(PermissionError) as caught:
            check_path(tmp_path / way)
        assert caught.value.filename == str(tmp_path / "shared")


@AS_ROOT
def test_a_link_of_another_user_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "link").symlink_to("own")
    os.chown(tmp_path / "link", NOBODY, -1, follow_symlinks=False)
    with pytest.raises(PermissionError, match="another user's"):
        check_path(tmp_path / "link" / "4566")


def test_links_in_a_circle_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="symbolic links"):
        check_path(tmp_path / "a")


@AS_ROOT
@pytest.mark.parametrize(
    ("members", "name", "private"),
    [([], "me", True), (["me"], "me", True), (["me", "you"], "me", False), ([], "staff", False)],
)
def test_only_a_group_of_nobody_else_may_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, members: list[str], name: str, private: bool
) -> None:
    of_a_group(tmp_path)
    group = SimpleNamespace(gr_name=name, gr_mem=members)
    monkeypatch.setattr(grp, "getgrgid", lambda _gid: group)
    own = SimpleNamespace(pw_name="me", pw_gid=STAFF)
    monkeypatch.setattr(pwd, "getpwuid", lambda _uid: own)
    if private:
        check_path(tmp_path)
    else:
        with pytest.raises(PermissionError, match="its group may replace files in it"):
            check_path(tmp_path)


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_uses_a_home_that_another_user_could_replace(tmp_path: Path, name: str) -> None:
    shared = tmp_path / "shared"
    (shared / "home" / "4599").mkdir(parents=True, mode=0o700)
    shared.chmod(0o777)
    done = run(shared / "home", name)
    assert done.returncode == 1
    assert f"the folder {shared} can't be used (any user may replace files in it)" in done.stderr
    assert done.stdout == ""


@AS_ROOT
@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_uses_a_home_in_somebody_elses_sticky_folder(tmp_path: Path, name: str) -> None:
    shared = tmp_path / "shared"
    (shared / "home").mkdir(parents=True, mode=0o700)
    theirs_and_sticky(shared)
    done = run(shared / "home", name)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"the folder {shared} can't be used (it's another user's)" in done.stderr


@pytest.mark.parametrize("below", ["", "state", "deep/state"])
def test_no_state_is_kept_where_another_user_could_replace_it(tmp_path: Path, below: str) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    done = run(tmp_path / "home", "exec", "--state", str(shared / below))
    assert done.returncode == 1
    assert f"the folder {shared} can't be used for state (any user may replace" in done.stderr
    assert list(shared.iterdir()) == []


def run(home: Path, name: str, *options: str) -> subprocess.CompletedProcess[str]:
    rest = ["--", "true"] if name == "exec" else ["--detach"] if name == "up" else []
    return subprocess.run(
        [command("appflow-local"), name, "--port", "4599", *options, *rest],
        env={**os.environ, "APPFLOW_LOCAL_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
