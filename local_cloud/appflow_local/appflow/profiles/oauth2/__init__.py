"""OAuth 2.0 (RFC 6749) as AppFlow speaks it for connectors: it fetches and refreshes tokens."""
