"""A web shop on this machine, in place of the service that a connector reads."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

ORDERS = [{"id": number, "total": number * 9.5} for number in range(1, 6)]


class Shop(BaseHTTPRequestHandler):
    """Two orders a page, for who has the key."""

    def do_GET(self) -> None:
        """Answer a page of orders."""
        page = int(parse_qs(urlsplit(self.path).query)["page"][0])
        first = 2 * page - 2
        status, said = 200, {"orders": ORDERS[first : first + 2], "more": first + 2 < len(ORDERS)}
        if self.headers["X-Api-Key"] != "open-sesame":
            status, said = 401, {"error": "wrong key"}
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())

    def log_message(self, *_: object) -> None:
        """Print nothing."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Shop).serve_forever()
