"""OAuth 2.0 (RFC 6749): fetches and refreshes the tokens of connectors, as AppFlow does."""
