"""Maps the types that SQLite columns declare to AppFlow's field types and filter operators."""

from custom_connector_sdk.connector.configuration import ConnectorOperator
from custom_connector_sdk.connector.fields import FieldDataType

_EXACT = {
    "BOOL": FieldDataType.Boolean,
    "BOOLEAN": FieldDataType.Boolean,
    "DATE": FieldDataType.Date,
    "DATETIME": FieldDataType.DateTime,
    "TIMESTAMP": FieldDataType.DateTime,
    "DEC": FieldDataType.BigDecimal,
    "DECIMAL": FieldDataType.BigDecimal,
    "NUM": FieldDataType.BigDecimal,
    "NUMBER": FieldDataType.BigDecimal,
    "NUMERIC": FieldDataType.BigDecimal,
}
# SQLite's own rules of type affinity, in its order. All its integers have up to 64 bits.
_BY_AFFINITY = (
    ("INT", FieldDataType.Long),
    ("CHAR", FieldDataType.String),
    ("CLOB", FieldDataType.String),
    ("TEXT", FieldDataType.String),
    ("BLOB", FieldDataType.ByteArray),
    ("REAL", FieldDataType.Double),
    ("FLOA", FieldDataType.Double),
    ("DOUB", FieldDataType.Double),
)
NUMERIC = frozenset({FieldDataType.Long, FieldDataType.Double, FieldDataType.BigDecimal})
TEMPORAL = frozenset({FieldDataType.Date, FieldDataType.DateTime})

_EQUALITY = [ConnectorOperator.EQUAL_TO, ConnectorOperator.NOT_EQUAL_TO]
_ORDER = [
    ConnectorOperator.LESS_THAN,
    ConnectorOperator.LESS_THAN_OR_EQUAL_TO,
    ConnectorOperator.GREATER_THAN,
    ConnectorOperator.GREATER_THAN_OR_EQUAL_TO,
    ConnectorOperator.BETWEEN,
]


def data_type(declared: str) -> FieldDataType:
    """Return the AppFlow type of a column.

    Args:
        declared: The type in the table's definition, for example `VARCHAR(40)`. Empty for a column
            without one, as many columns of views are: those are strings.
    """
    name = declared.upper().partition("(")[0].strip()
    if name in _EXACT:
        return _EXACT[name]
    # "TIMESTAMP WITH TIME ZONE" and its kin.
    if name.startswith(("DATETIME ", "TIMESTAMP")):
        return FieldDataType.DateTime
    return next((kind for part, kind in _BY_AFFINITY if part in name), FieldDataType.String)


def filter_operators(kind: FieldDataType) -> list[ConnectorOperator]:
    """Return what a field of this type can be filtered by."""
    if kind in NUMERIC or kind in TEMPORAL:
        return _EQUALITY + _ORDER
    if kind is FieldDataType.String:
        return [*_EQUALITY, ConnectorOperator.CONTAINS]
    return list(_EQUALITY) if kind is FieldDataType.Boolean else []
