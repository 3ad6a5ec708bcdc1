"""Lambda assets made of packages that are installed already.

No Docker, no network and no pip at synth: the lock file of your environment is the lock file of
your function. The same packages give the same asset hash, on every machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, ILocalBundling
from aws_cdk import aws_lambda as lambda_

_COMPILED = {".so", ".pyd", ".dylib"}
_LEFT_OUT = {".pyc", ".pyi", ".typed"}


def installed_code(*packages: str | Path) -> lambda_.Code:
    """Make a function's code of pure-Python packages.

    Args:
        packages: import names of packages installed in this environment, or the folders of
            packages of your own. Their dependencies are not followed: name each.

    Raises:
        ModuleNotFoundError: a package is not installed.
        ValueError: a package has compiled modules, which fit this machine and not Lambda, or two
            packages have the same name.
    """
    if not packages:
        raise ValueError("packages is empty: name at least the package that holds the handler")
    folders = [_folder(package) for package in packages]
    files = dict(_files(folders))
    return lambda_.Code.from_asset(
        str(folders[0]),
        asset_hash=_digest(files),
        asset_hash_type=AssetHashType.CUSTOM,
        bundling=BundlingOptions(
            # CDK asks for an image; the local bundling always succeeds, so it is never used.
            image=DockerImage.from_registry("no-docker-needed"),
            local=_Copied(files),
        ),
    )


@jsii.implements(ILocalBundling)
class _Copied:
    def __init__(self, files: dict[str, Path]) -> None:
        self._files = files

    def try_bundle(self, output_dir: str, *_args: object, **_options: object) -> bool:
        for name, source in self._files.items():
            target = Path(output_dir, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
        return True


def _folder(package: str | Path) -> Path:
    if isinstance(package, Path):
        if not (package / "__init__.py").is_file():
            raise ModuleNotFoundError(f"{str(package)!r} is not a package: it has no __init__.py")
        return package.resolve()
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(
            f"package {package!r} is not installed: install it beside cdk-appflow-connector",
            name=package,
        )
    return Path(next(iter(spec.submodule_search_locations)))


def _files(folders: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """The packages' files by their path in the asset, in a fixed order."""
    names = [folder.name for folder in folders]
    if len(set(names)) < len(names):
        raise ValueError(f"packages {names} must have different names")
    for folder in folders:
        for source in sorted(path for path in folder.rglob("*") if path.is_file()):
            if source.suffix in _COMPILED:
                raise ValueError(
                    f"package {folder.name!r} has the compiled module {source.name!r}, built for "
                    "this machine: bundle the function for Lambda's platform instead"
                )
            if source.suffix not in _LEFT_OUT:
                yield f"{folder.name}/{source.relative_to(folder).as_posix()}", source


def _digest(files: dict[str, Path]) -> str:
    digest = hashlib.sha256()
    for name, source in files.items():
        content = source.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()
