"""Reads the examples in the docstrings of what users import: the tests run and check them."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path
from textwrap import indent
from types import ModuleType
from typing import Any

_REFERENCE = Path(__file__).parents[1] / "docs" / "reference.md"
_DOCUMENTED = re.compile(r"^::: (\S+)$", re.MULTILINE)
_CODE = re.compile(r"```python\n(.*?)```", re.DOTALL)
PRELUDE = """\
from aws_cdk import App, CfnOutput, CloudFormationValidatePlugin, Duration, SecretValue, Stack
from aws_cdk import Validations
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from cdklabs import cdk_appflow

from cdk_appflow_connector import (
    ConnectorCredentials,
    ConnectorProfile,
    CustomConnector,
    IConnectorProfile,
    ICustomConnector,
    OAuth2GrantType,
    OnConflict,
    PythonConnectorFunction,
    RegistrationProvider,
    installed_code,
)
from cdk_appflow_connector.flows import (
    CustomConnectorDestination,
    CustomConnectorSource,
    FlowMonitor,
    RunAfterDeployment,
    ScheduledFlow,
    StartFlowAndWait,
    grant_read,
    grant_run,
    map_all,
    monitor,
)
from cdk_appflow_connector.schema import validation_rules
from cdk_appflow_connector.testing import Deployed
"""
"""What the examples import, but for what they import themselves."""
GIVEN = {
    "app": "App",
    "stack": "Stack",
    "function": "lambda_.Function",
    "connector": "CustomConnector",
    "profile": "ConnectorProfile",
    "flow": "cdk_appflow.OnDemandFlow",
    "bucket": "s3.Bucket",
    "role": "iam.Role",
}
"""What the examples find, with its types."""


def documented() -> dict[str, Any]:
    """Return the objects in the documents' reference by their dotted names."""
    names: list[str] = _DOCUMENTED.findall(_REFERENCE.read_text(encoding="utf-8"))
    return {name: getattr(_module(name), name.rpartition(".")[2]) for name in names}


def examples() -> dict[str, str]:
    """Return the code in the docstrings of these objects, where there is some."""
    found = {
        name: "".join(_CODE.findall(inspect.getdoc(each) or ""))
        for name, each in documented().items()
    }
    return {name: inspect.cleandoc(code) for name, code in found.items() if code}


def as_module() -> str:
    """Return all examples as one module, each a function of what it finds."""
    given = ", ".join(f"{name}: {kind}" for name, kind in GIVEN.items())
    functions = [
        f"def example_{name.replace('.', '_')}({given}) -> None:\n{indent(code, '    ')}\n"
        for name, code in examples().items()
    ]
    return "\n\n".join([PRELUDE, *functions])


def _module(name: str) -> ModuleType:
    return importlib.import_module(name.rpartition(".")[0])
