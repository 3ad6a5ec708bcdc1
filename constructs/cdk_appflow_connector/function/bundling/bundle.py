"""A connector's bundle: its sources and its requirements."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from cdk_appflow_connector.function.bundling import archive
from cdk_appflow_connector.function.bundling.asset import Files, digest_of, write_files
from cdk_appflow_connector.function.bundling.cache import cached
from cdk_appflow_connector.function.bundling.installation import install
from cdk_appflow_connector.function.bundling.requirements import Requirements
from cdk_appflow_connector.function.bundling.target import Target
from cdk_appflow_connector.function.bundling.uv_settings import settings_digest, uv_version

# Changes with what is made of the same requirements, in the cache and in deployed functions.
_FORMAT = "1"


@dataclass(frozen=True)
class Bundle:
    """What a connector's function will run. Nothing is installed before `write`."""

    folder: Path
    sources: Files
    requirements: Requirements
    target: Target

    @cached_property
    def digest(self) -> str:
        """A digest of the sources, the requirements as written and the target; of no path."""
        made_of = f"{_FORMAT}\0{self.target}\0{self.requirements.digest}\0"
        return digest_of(made_of, self.sources)

    def write(self, folder: Path) -> None:
        """Write the installed requirements and, over them, the sources.

        Raises:
            ValueError: a requirement can't be installed for the target.
        """
        if not self.requirements.is_empty:
            cached(self._key, self._install, lambda packed: archive.unpack(packed, folder))
        write_files(self.sources, folder)

    @property
    def _key(self) -> str:
        requirements = self.requirements
        settings = settings_digest(requirements.folder)
        parts = (_FORMAT, uv_version(), settings, str(self.target), requirements.digest)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def _install(self, packed: Path) -> None:
        with TemporaryDirectory() as work:
            installed = Path(work, "packages")
            installed.mkdir()
            install(self.requirements, self.target, installed)
            archive.pack(installed, packed)
