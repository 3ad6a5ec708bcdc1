"""What decides which packages uv finds: its release, its settings and those of pip's it takes over.

Source: uv's documentation, "Configuration files" and "Environment variables".
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from cdk_appflow_connector.function.bundling.cache import cache_folder

_FROM_PIP = {
    "PIP_CERT": "SSL_CERT_FILE",
    "PIP_EXTRA_INDEX_URL": "UV_INDEX",
    "PIP_FIND_LINKS": "UV_FIND_LINKS",
    "PIP_INDEX_URL": "UV_DEFAULT_INDEX",
}
# Where to look. With one of these, nothing of pip's is taken over.
_INDEXES = (
    "UV_CONFIG_FILE",
    "UV_DEFAULT_INDEX",
    "UV_EXTRA_INDEX_URL",
    "UV_FIND_LINKS",
    "UV_INDEX",
    "UV_INDEX_URL",
)
_FILES = ("UV_CONFIG_FILE", "UV_CONSTRAINT", "UV_EXCLUDE", "UV_OVERRIDE")
_CHOICES = (
    "UV_EXCLUDE_NEWER",
    "UV_INDEX_STRATEGY",
    "UV_NO_CONFIG",
    "UV_NO_SOURCES",
    "UV_PRERELEASE",
    "UV_RESOLUTION",
)
# They contradict an installation into a folder, or would make it less strict.
_NOT_FOR_BUNDLES = {
    "CLICOLOR_FORCE",
    "FORCE_COLOR",
    "UV_BREAK_SYSTEM_PACKAGES",
    "UV_COMPILE_BYTECODE",
    "UV_MANAGED_PYTHON",
    "UV_NO_MANAGED_PYTHON",
    "UV_NO_VERIFY_HASHES",
    "UV_PROJECT",
    "UV_PYTHON",
    "UV_SYSTEM_PYTHON",
    "UV_WORKING_DIR",
}
_PLAIN = {"UV_NO_PROGRESS": "1", "NO_COLOR": "1"}


def uv_environment() -> dict[str, str]:
    """Return the environment variables to run uv with."""
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_FOR_BUNDLES}
    return {**_taken_from_pip(kept), **_cache_of_ours(), **kept, **_PLAIN}


def index_options() -> list[str]:
    """Return ``--no-index`` where pip is told so: uv has no variable for it."""
    is_off = os.environ.get("PIP_NO_INDEX", "0").lower() in ("", "0", "false", "n", "no", "off")
    return [] if is_off else ["--no-index"]


def uv_version() -> str:
    """Return uv's release, or an empty text without uv."""
    try:
        return version("uv")
    except PackageNotFoundError:
        return ""


def settings_digest(folder: Path) -> str:
    """Return a digest of the settings by which uv, started in the folder, finds packages."""
    environment = uv_environment()
    known = {name: environment.get(name, "") for name in (*_INDEXES, *_FILES, *_CHOICES)}
    digest = hashlib.sha256(repr((sorted(known.items()), index_options())).encode())
    for file in _configuration(folder, environment):
        if file.is_file():
            content = file.read_bytes()
            # A pyproject.toml says other things, too, which change more often.
            if file.name != "pyproject.toml" or b"[tool.uv" in content:
                digest.update(b"\0" + content)
    return digest.hexdigest()


def _cache_of_ours() -> dict[str, str]:
    """A cache for uv, which ends with an error where the user's can't be written."""
    if os.name != "posix":  # elsewhere, uv's is in other places
        return {}
    folder, is_users = cache_folder("uv")
    return {} if is_users else {"UV_CACHE_DIR": str(folder)}


def _taken_from_pip(environment: Mapping[str, str]) -> dict[str, str]:
    if any(environment.get(name) for name in _INDEXES):
        return {}
    given = {_FROM_PIP[name]: environment[name] for name in _FROM_PIP if environment.get(name)}
    if "UV_FIND_LINKS" in given:
        given["UV_FIND_LINKS"] = ",".join(given["UV_FIND_LINKS"].split())
    return given


def _configuration(folder: Path, environment: Mapping[str, str]) -> Iterator[Path]:
    for name in _FILES:
        yield from (folder / file for file in environment.get(name, "").split())
    for parent in (folder, *folder.parents):
        yield from (parent / "uv.toml", parent / "pyproject.toml")
    user = environment.get("APPDATA") or environment.get("XDG_CONFIG_HOME")
    system = environment.get("PROGRAMDATA") or environment.get("XDG_CONFIG_DIRS") or "/etc"
    homes = [user or str(_home() / ".config"), *system.split(os.pathsep), "/etc"]
    yield from (Path(home, "uv", "uv.toml") for home in homes)


def _home() -> Path:
    try:
        return Path.home()
    except RuntimeError:  # a user without one
        return Path("/")
