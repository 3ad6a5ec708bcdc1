"""An Amazon AppFlow custom connector that reads and writes any Datasette server.

The Lambda's entry point is `datasette_connector.handler.lambda_handler`. At run time the package
needs the connector SDK, its parser runtime, boto3 and the standard library, nothing else.
"""

from datasette_connector import sdk_import

sdk_import.load()
