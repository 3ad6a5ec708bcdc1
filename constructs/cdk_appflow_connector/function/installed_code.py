"""Lambda assets made of packages that are installed already.

Nothing is downloaded or installed at synth: the lock file of your environment is the lock file of
your function. The same packages give the same asset hash, on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from aws_cdk import aws_lambda as lambda_

from cdk_appflow_connector.function.bundling.asset import (
    File,
    Files,
    LocalAsset,
    digest_of,
    write_files,
)

_COMPILED = {".so", ".pyd", ".dylib"}
_LEFT_OUT = {".pyc", ".pyi", ".typed"}


def installed_code(*packages: str | Path) -> lambda_.Code:
    """Make a function's code of pure-Python packages.

    Args:
        packages: import names of packages installed in this environment, or the folders of
            packages of your own. Their dependencies are not followed: name each.

    Raises:
        ModuleNotFoundError: a package is not installed, or is a single module.
        ValueError: a package can't be copied whole: it has compiled modules, which fit this
            machine and not Lambda; it is imported from a zip; it is spread over several folders;
            it has a link to a folder; or two packages have the same name.
    """
    if not packages:
        raise ValueError("packages is empty: name at least the package that holds the handler")
    folders = [_folder(package) for package in packages]
    files = _files(folders)
    digest = digest_of("installed\0", files)
    return LocalAsset(folders[0], digest, partial(write_files, files)).code()


def _folder(package: str | Path) -> Path:
    if isinstance(package, Path):
        if not (package / "__init__.py").is_file():
            raise ModuleNotFoundError(f"{str(package)!r} is not a package: it has no __init__.py")
        return package.resolve()
    spec = find_spec(package)
    if spec is None:
        raise ModuleNotFoundError(
            f"package {package!r} is not installed: install it beside cdk-appflow-connector",
            name=package,
        )
    if not spec.submodule_search_locations:
        raise ModuleNotFoundError(
            f"{package!r} is a single module, not a package: name the package that holds it",
            name=package,
        )
    return _only_folder(package, [Path(each) for each in spec.submodule_search_locations])


def _only_folder(package: str, folders: list[Path]) -> Path:
    if len(folders) > 1:
        raise ValueError(
            f"package {package!r} is spread over {len(folders)} folders, so it can't be copied "
            "whole: name the packages in it"
        )
    if not folders[0].is_dir():
        raise ValueError(
            f"package {package!r} is imported from an archive ({folders[0]}), not from a folder, "
            "so its files can't be copied: install it unpacked (of a PEX or a zipapp, run the app "
            "from a virtual environment)"
        )
    return folders[0]


def _files(folders: Sequence[Path]) -> Files:
    """The packages' files by their path in the asset, in a fixed order."""
    names = [folder.name for folder in folders]
    if len(set(names)) < len(names):
        raise ValueError(f"packages {names} must have different names")
    # Installers differ in the permissions that they give; a module needs none to be executed.
    return {
        f"{folder.name}/{source.relative_to(folder).as_posix()}": File(source.read_bytes())
        for folder in folders
        for source in _sources(folder)
    }


def _sources(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() and path.is_dir():
            raise ValueError(
                f"package {folder.name!r} has a link to a folder, {str(path)!r}: copy the folder"
            )
        if path.suffix in _COMPILED:
            raise ValueError(
                f"package {folder.name!r} has the compiled module {path.name!r}, built for this "
                "machine: bundle the function for Lambda's platform instead"
            )
        if path.is_file() and path.suffix not in _LEFT_OUT:
            yield path
