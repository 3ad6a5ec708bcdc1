"""The API's protocol: botocore's shapes, the wire, and the errors. Knows no connector."""
