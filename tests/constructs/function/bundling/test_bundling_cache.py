"""The cache of installations: private, whole and safe to share."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zipfile import ZipFile

import pytest

from cdk_appflow_connector.function.bundling import archive
from cdk_appflow_connector.function.bundling.cache import cached


class Installer:
    """Writes archives of one package, and counts them."""

    def __init__(self, folder: Path, name: str = "crm") -> None:
        self.made = 0
        self._packages = folder / "packages"
        (self._packages / name).mkdir(parents=True)
        (self._packages / name / "__init__.py").write_text(name * 1000)

    def make(self, file: Path) -> None:
        self.made += 1
        archive.pack(self._packages, file)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CDK_APPFLOW_CONNECTOR_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def installer(tmp_path: Path) -> Installer:
    return Installer(tmp_path)


def use(installer: Installer, output: Path, key: str = "key") -> str:
    cached(key, installer.make, lambda file: archive.unpack(file, output))
    return (output / "crm" / "__init__.py").read_text()


@pytest.mark.usefixtures("folder")
def test_what_is_cached_is_not_made_again(installer: Installer, tmp_path: Path) -> None:
    first = use(installer, tmp_path / "first")
    assert (use(installer, tmp_path / "second"), installer.made) == (first, 1)
    use(installer, tmp_path / "third", key="another")
    assert installer.made == 2


def test_nobody_else_can_read_or_write_it(
    folder: Path, installer: Installer, tmp_path: Path
) -> None:
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    use(installer, tmp_path / "output")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "no archive"])
def test_what_is_damaged_is_made_again(
    folder: Path, installer: Installer, tmp_path: Path, damage: str
) -> None:
    expected = use(installer, tmp_path / "first")
    (file,) = folder.iterdir()
    content = file.read_bytes()
    at = content.index(b"crmcrm")
    file.write_bytes(
        {
            "cut": content[:500],
            "flipped": content[:at] + b"X" + content[at + 1 :],
            "empty": b"",
            "no archive": b"crm" * 100,
        }[damage]
    )
    assert (use(installer, tmp_path / "second"), installer.made) == (expected, 2)
    assert file.read_bytes() == content


def test_what_could_not_be_made_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    def fail(file: Path) -> None:
        file.write_bytes(b"half")
        raise ValueError("no wheel")

    with pytest.raises(ValueError, match="no wheel"):
        cached("key", fail, lambda file: archive.unpack(file, tmp_path / "output"))
    assert list(folder.iterdir()) == []


def test_many_at_once_all_get_it_whole(folder: Path, installer: Installer, tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        texts = set(pool.map(lambda n: use(installer, tmp_path / str(n)), range(24)))
    assert texts == {"crm" * 1000}
    assert [file.name for file in folder.iterdir()] == ["key.zip"]


def test_it_is_where_the_user_keeps_caches(
    installer: Installer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CDK_APPFLOW_CONNECTOR_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    use(installer, tmp_path / "output")
    assert (tmp_path / "caches" / "cdk-appflow-connector" / "key.zip").is_file()


def test_scripts_and_the_installers_records_are_not_kept(tmp_path: Path) -> None:
    kept = ["crm/__init__.py", "crm/bin/tool.py", "crm-1.0.dist-info/METADATA"]
    dropped = [
        "bin/crm-run",
        "crm/__pycache__/crm.pyc",
        *(
            f"crm-1.0.dist-info/{name}"
            for name in ("RECORD", "INSTALLER", "direct_url.json", "WHEEL")
        ),
    ]
    for name in [*kept, *dropped]:
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).touch()
    archive.pack(tmp_path / "in", tmp_path / "packed.zip")
    with ZipFile(tmp_path / "packed.zip") as packed:
        assert sorted(packed.namelist()) == sorted(kept)
