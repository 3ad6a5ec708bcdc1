"""What the wheel and the sdist hold, and what they leave out."""

from __future__ import annotations

import subprocess
import tarfile
import zipfile
from pathlib import Path

from harness.cloud.installation import Built, build
from harness.cloud.local_cloud import REPOSITORY

SOURCE_ROOTS = {
    "cdk_appflow_connector": REPOSITORY / "constructs",
    "appflow_connector_provider": REPOSITORY / "provider_lambda",
}


def packaged() -> set[str]:
    """The files of the two packages, as paths from their source roots."""
    return {
        path.relative_to(root).as_posix()
        for package, root in SOURCE_ROOTS.items()
        for path in (root / package).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }


def wheel_files(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def sdist_files(sdist: Path) -> dict[str, bytes]:
    """The files of the sdist, as paths from the folder that all are in."""
    found = {}
    with tarfile.open(sdist) as archive:
        for member in archive.getmembers():
            if content := archive.extractfile(member):
                found[member.name.split("/", 1)[1]] = content.read()
    return found


def test_the_wheel_holds_both_packages_whole_and_no_other_code(built: Built) -> None:
    code = {name for name in wheel_files(built.wheel) if ".dist-info/" not in name}
    assert code == packaged()


def test_the_wheel_is_typed_and_licensed(built: Built) -> None:
    files = wheel_files(built.wheel)
    (licence,) = (name for name in files if name.endswith(".dist-info/licenses/LICENSE"))
    assert files[licence] == (REPOSITORY / "LICENSE").read_bytes()
    assert {f"{package}/py.typed" for package in SOURCE_ROOTS} <= files.keys()


def test_the_sdist_holds_what_the_wheel_is_built_from_and_no_tests(built: Built) -> None:
    files = sdist_files(built.sdist)
    folders = {name.split("/")[0] for name in files if "/" in name}
    assert folders == {"constructs", "provider_lambda"}
    assert {"LICENSE", "README.md", "CHANGELOG.md", "PKG-INFO", "pyproject.toml"} <= files.keys()


def test_the_sdist_gives_the_same_wheel(built: Built, tmp_path: Path) -> None:
    source = tmp_path / "source"
    for name, content in sdist_files(built.sdist).items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(content)
    again = build(source, tmp_path / "dist")
    assert wheel_files(again.wheel) == wheel_files(built.wheel)


def test_twine_accepts_both(built: Built) -> None:
    files = [str(built.wheel), str(built.sdist)]
    done = subprocess.run(
        ["twine", "check", "--strict", *files], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
