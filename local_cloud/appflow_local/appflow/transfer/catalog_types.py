"""The types of columns in a data catalog, by the files that hold them.

Inferred of Data catalog (Hive's types): columns have the types of the files. CSV holds text; so
does Parquet unless the flow preserves types; JSON has no dates, and nested values can be read as
text.
"""

from __future__ import annotations

TEXT = "string"

_IN_JSON = {
    "Short": "smallint",
    "Integer": "int",
    "Long": "bigint",
    "BigInteger": "decimal(38,0)",
    "Float": "float",
    "Double": "double",
    "BigDecimal": "decimal(38,18)",
    "Boolean": "boolean",
}
_IN_PARQUET = {**_IN_JSON, "Date": "date", "DateTime": "timestamp"}


def hive_type(data_type: str, file_type: str, *, preserves_types: bool) -> str:
    """Return Hive's type for values of one of the SDK's FieldDataType in files of a type."""
    if file_type == "JSON":
        return _IN_JSON.get(data_type, TEXT)
    if file_type == "PARQUET" and preserves_types:
        return _IN_PARQUET.get(data_type, TEXT)
    return TEXT
