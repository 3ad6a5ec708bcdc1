"""The data catalog of a flow, read from its MetadataCatalogConfig."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class GlueCatalog:
    """A GlueDataCatalogConfig: the database for a flow's tables, and the role that makes them."""

    role_arn: str
    database: str
    table_prefix: str


def read_catalog(config: Mapping[str, Any]) -> GlueCatalog | None:
    """Read a MetadataCatalogConfig, whose shape is checked; None if it names no catalog."""
    glue = config.get("glueDataCatalog")
    if glue is None:
        return None
    return GlueCatalog(glue["roleArn"], glue["databaseName"], glue["tablePrefix"])
