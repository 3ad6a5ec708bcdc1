"""A connector's bundle: its sources and its requirements, and the Lambda code made of them."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import jsii
from aws_cdk import AssetHashType, BundlingOptions, DockerImage, ILocalBundling
from aws_cdk import aws_lambda as lambda_

from cdk_appflow_connector.function.bundling import archive
from cdk_appflow_connector.function.bundling.cache import cached
from cdk_appflow_connector.function.bundling.installation import install
from cdk_appflow_connector.function.bundling.pip_command import pip_version
from cdk_appflow_connector.function.bundling.requirements import Requirements
from cdk_appflow_connector.function.bundling.sources import Files
from cdk_appflow_connector.function.bundling.target import Target

# Changes with what is made of the same requirements, in the cache and in deployed functions.
_FORMAT = "1"
_EXECUTABLE = 0o755


@dataclass(frozen=True)
class Bundle:
    """What a connector's function will run. Nothing is installed before `write`."""

    folder: Path
    sources: Files
    requirements: Requirements
    target: Target

    @cached_property
    def digest(self) -> str:
        """Of the sources, the requirements as written and the target; of no path or time."""
        made_of = f"{_FORMAT}\0{self.target}\0{self.requirements.digest}\0"
        digest = hashlib.sha256(made_of.encode())
        for path, file in self.sources.items():
            digest.update(f"{path}\0{file.is_executable}\0{len(file.content)}\0".encode())
            digest.update(file.content)
        return digest.hexdigest()

    def write(self, folder: Path) -> None:
        """Write the installed requirements and, over them, the sources.

        Raises:
            ValueError: a requirement cannot be installed for the target.
        """
        if not self.requirements.is_empty:
            cached(self._key, self._install, lambda packed: archive.unpack(packed, folder))
        for path, file in self.sources.items():
            mode = _EXECUTABLE if file.is_executable else 0
            archive.write(folder / path, file.content, mode)

    @property
    def _key(self) -> str:
        parts = (_FORMAT, pip_version(), str(self.target), self.requirements.digest)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def _install(self, packed: Path) -> None:
        with TemporaryDirectory() as work:
            installed = Path(work, "packages")
            installed.mkdir()
            install(self.requirements, self.target, installed)
            archive.pack(installed, packed)


@jsii.implements(ILocalBundling)
class LocalBundling:
    """Writes a bundle when the CDK stages it, which it does not if it has staged it before.

    `problem` is why it could not: an error cannot pass through jsii as it is.
    """

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self.problem: ValueError | None = None

    def try_bundle(self, output_dir: str, *_args: object, **_options: object) -> bool:
        """Write the bundle into the folder."""
        try:
            self._bundle.write(Path(output_dir))
        except ValueError as problem:
            self.problem = problem
            # The CDK keeps what failed, for a look into the container that it was not made in.
            shutil.rmtree(output_dir, ignore_errors=True)
            raise
        return True

    def code(self) -> lambda_.Code:
        """Make the code of a function, with a hash that needs no bundling."""
        return lambda_.Code.from_asset(
            str(self._bundle.folder),
            asset_hash=self._bundle.digest,
            asset_hash_type=AssetHashType.CUSTOM,
            bundling=BundlingOptions(
                # CDK asks for an image; the local bundling never declines, so it is never used.
                image=DockerImage.from_registry("no-docker-needed"),
                local=self,
            ),
        )
