"""Lambda assets made of packages that are installed already.

Nothing is downloaded or installed at synth: the lock file of your environment is the lock file of
your function. The same packages give the same asset hash, on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from aws_cdk import aws_lambda as lambda_

from cdk_appflow_connector.argument_types import check_given_type
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

    Example:
        ```python
        lambda_.Function(
            stack,
            "Crm",
            code=installed_code("crhelper"),
            handler="crhelper.handler",
            runtime=lambda_.Runtime.PYTHON_3_13,
        )
        ```

    Args:
        packages: import names of packages installed in this environment, or the folders of
            packages of your own. Their dependencies are not followed: name each.

    Raises:
        ModuleNotFoundError: a package is not installed, or is a single module.
        TypeError: a package is neither a text nor a path.
        ValueError: a package can't be copied whole: it has compiled modules, which fit this
            machine and not Lambda; it is imported from a zip; it is spread over several folders;
            it has a link to a folder, or no module; or two packages have the same name.
    """
    return installed_asset(*packages).code()


def installed_asset(*packages: str | Path) -> LocalAsset:
    """Read the packages, as `installed_code` does; each stack needs code of its own of them."""
    if not packages:
        raise ValueError("packages is empty: name at least the package that holds the handler")
    found = [_found(package) for package in packages]
    files = _files(found)
    digest = digest_of("installed\0", files)
    return LocalAsset(found[0].folder, digest, partial(write_files, files))


@dataclass(frozen=True)
class _Package:
    name: str
    folder: Path

    @property
    def path(self) -> str:
        """Where it is imported from; the folder may have another name (editable installs)."""
        return self.name.replace(".", "/")


def _found(package: str | Path) -> _Package:
    advice = "give names to import as texts, or folders as a pathlib.Path"
    check_given_type("packages", package, (str, Path), advice)
    if isinstance(package, Path):
        if not (package / "__init__.py").is_file():
            raise ModuleNotFoundError(f"{str(package)!r} is not a package: it has no __init__.py")
        folder = package.resolve()
        return _Package(folder.name, folder)
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
    return _Package(package, _only_folder(package, list(spec.submodule_search_locations)))


def _only_folder(package: str, locations: list[str]) -> Path:
    # A namespace package that is installed to be edited may have a hook among them.
    folders = [Path(each) for each in locations if Path(each).is_dir()]
    if len(folders) > 1:
        raise ValueError(
            f"package {package!r} is spread over {len(folders)} folders, so it can't be copied "
            "whole: name the packages in it"
        )
    if not folders:
        raise ValueError(
            f"package {package!r} is imported from an archive ({locations[0]}), not from a folder, "
            "so its files can't be copied: install it unpacked (of a PEX or a zipapp, run the app "
            "from a virtual environment)"
        )
    return folders[0]


def _files(packages: Sequence[_Package]) -> Files:
    """The packages' files by their path in the asset, in a fixed order."""
    names = [package.name for package in packages]
    if len(set(names)) < len(names):
        raise ValueError(f"packages {names} must have different names")
    # Installers differ in the permissions that they give; a module needs none to be executed.
    return {
        f"{package.path}/{source.relative_to(package.folder).as_posix()}": File(source.read_bytes())
        for package in packages
        for source in _sources(package)
    }


def _sources(package: _Package) -> list[Path]:
    found = [path for path in sorted(package.folder.rglob("*")) if _is_copied(path, package)]
    if not any(path.suffix == ".py" for path in found):
        raise ValueError(
            f"package {package.name!r} has no Python module in {str(package.folder)!r}, so nothing "
            "of it could be imported from the asset"
        )
    return found


def _is_copied(path: Path, package: _Package) -> bool:
    inside = path.relative_to(package.folder).parts
    # What editors, file managers and tools leave in a folder.
    if "__pycache__" in inside or any(part.startswith(".") for part in inside):
        return False
    if path.is_symlink() and path.is_dir():
        raise ValueError(
            f"package {package.name!r} has a link to a folder, {str(path)!r}: copy the folder"
        )
    if path.suffix in _COMPILED:
        raise ValueError(
            f"package {package.name!r} has the compiled module {path.name!r}, built for this "
            "machine: bundle the function for Lambda's platform instead"
        )
    return path.is_file() and path.suffix not in _LEFT_OUT
