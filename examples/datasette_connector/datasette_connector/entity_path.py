"""Names entities: `database/table`, as the server's own URLs spell it.

AppFlow admits no whitespace in an entity's name; table names have no such limit. Datasette's tilde
encoding (`order items` is `order+items` in a URL) solves that, and users know it from their
address bar.
"""

import re
import urllib.parse
from dataclasses import dataclass

from datasette_connector.errors import not_found


@dataclass(frozen=True)
class EntityPath:
    """A table or view of one database, by its real names."""

    database: str
    table: str

    @property
    def identifier(self) -> str:
        """The name that AppFlow knows it by."""
        return f"{tilde_encode(self.database)}/{tilde_encode(self.table)}"

    @property
    def database_route(self) -> str:
        """The database as it stands in the server's URLs."""
        return tilde_encode(self.database)


def parse_entity(identifier: object) -> EntityPath:
    """Return the path that an entity identifier spells.

    Raises:
        ConnectorError: ResourceNotFoundError, if no entity can have that name.
    """
    if isinstance(identifier, str) and identifier.count("/") == 1:
        database, table = map(_tilde_decode, identifier.split("/"))
        path = EntityPath(database, table)
        if database and table and path.identifier == identifier:
            return path
    raise not_found(
        f"There is no entity {identifier!r}: entities are named database/table "
        "as in the Datasette server's URLs, for example shop/order+items"
    )


def tilde_encode(name: str) -> str:
    """Encode a name as Datasette does: ASCII letters, digits, `_` and `-` stay, space is `+`."""
    return re.sub(r"[^A-Za-z0-9_-]", _encode_character, name)


def _encode_character(match: re.Match[str]) -> str:
    character = match.group()
    if character == " ":
        return "+"
    return "".join(f"~{byte:02X}" for byte in character.encode("utf-8", "surrogatepass"))


def _tilde_decode(encoded: str) -> str:
    # A % is no part of the encoding; the round trip in parse_entity rejects it.
    return urllib.parse.unquote_plus(encoded.replace("%", "~25").replace("~", "%"))
