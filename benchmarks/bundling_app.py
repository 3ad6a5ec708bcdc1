"""An app of Python functions, plain or bundled with their requirements.

Usage: python -m benchmarks.bundling_app WAY NUMBER FOLDER. Printed are the seconds that it
took, without the start of Python, Node.js and the CDK.
"""

import sys
from tempfile import TemporaryDirectory

from aws_cdk import App, Stack
from aws_cdk import aws_lambda as lambda_

from benchmarks.cpu_time import printed_seconds
from cdk_appflow_connector import PythonConnectorFunction

_HANDLER = "crm.handler.lambda_handler"


def main(way: str, functions: int, entry: str) -> None:
    """Synthesise the app and say what it took."""
    with TemporaryDirectory() as folder:
        App(outdir=folder).synth()  # loads what every app needs
    with printed_seconds():
        _synthesise(way, functions, entry)


def _synthesise(way: str, functions: int, entry: str) -> None:
    app = App()
    stack = Stack(app, "Bench")
    for number in range(functions):
        if way == "bundled":
            PythonConnectorFunction(stack, f"F{number}", entry=entry, handler=_HANDLER)
        else:
            code = lambda_.Code.from_asset(entry)
            runtime = lambda_.Runtime.PYTHON_3_13
            lambda_.Function(stack, f"F{number}", code=code, handler=_HANDLER, runtime=runtime)
    app.synth()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
