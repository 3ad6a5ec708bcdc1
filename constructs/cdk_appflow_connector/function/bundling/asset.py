"""Lambda assets without Docker: their files, their digest, and the code that the CDK stages."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, ILocalBundling
from aws_cdk import aws_lambda as lambda_

# Lambda runs a function as a user of its own, who must be able to read it under every umask here.
_READABLE = 0o644
_EXECUTABLE = 0o755


@dataclass(frozen=True)
class File:
    """A file of an asset."""

    content: bytes
    is_executable: bool = False

    @property
    def mode(self) -> int:
        """Its permissions in the asset: 0644, or 0755 if it is executable."""
        return _EXECUTABLE if self.is_executable else _READABLE


Files = Mapping[str, File]
"""The files of an asset by their path in it, with slashes."""


def digest_of(made_of: str, files: Files) -> str:
    """Return a digest of the files' paths, contents and permissions, and of what else counts."""
    digest = hashlib.sha256(made_of.encode())
    for path, file in files.items():
        digest.update(f"{path}\0{file.is_executable}\0{len(file.content)}\0".encode())
        digest.update(file.content)
    return digest.hexdigest()


def write_files(files: Files, folder: Path) -> None:
    """Write the files into the folder, readable for everyone."""
    for path, file in files.items():
        _make(folder, (folder / path).parent)
        (folder / path).write_bytes(file.content)
        (folder / path).chmod(file.mode)


def _make(root: Path, folder: Path) -> None:
    if folder == root or folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        return
    _make(root, folder.parent)
    folder.mkdir(exist_ok=True)
    folder.chmod(_EXECUTABLE)


@jsii.implements(ILocalBundling)
class LocalAsset:
    """Writes an asset when the CDK stages it; the CDK stages each digest once per `cdk.out`.

    `problem` is why it could not be written: an error can't pass through jsii as it is.

    Args:
        source: a folder that exists; the CDK wants one.
        digest: the asset's hash, known before anything is written.
        write: writes the asset's files into a folder; raises ValueError if it can't.
    """

    def __init__(self, source: Path, digest: str, write: Callable[[Path], None]) -> None:
        self._source = source
        self._digest = digest
        self._write = write
        self.problem: str | None = None

    def try_bundle(self, output_dir: str, *_args: object, **_options: object) -> bool:
        """Write the asset into the folder."""
        try:
            self._write(Path(output_dir))
        except (OSError, ValueError) as problem:
            is_ours = isinstance(problem, ValueError)
            self.problem = str(problem) if is_ours else f"the asset can't be written: {problem}"
            # The CDK keeps a failed output folder for inspection; there is nothing to inspect.
            shutil.rmtree(output_dir, ignore_errors=True)
            raise ValueError(self.problem) from problem
        return True

    def code(self) -> lambda_.Code:
        """Make a function's code of the asset."""
        return lambda_.Code.from_asset(
            str(self._source),
            asset_hash=self._digest,
            asset_hash_type=AssetHashType.CUSTOM,
            bundling=BundlingOptions(
                # The CDK asks for an image; local bundling never declines, so it is never used.
                image=DockerImage.from_registry("no-docker-needed"),
                local=self,
            ),
        )
