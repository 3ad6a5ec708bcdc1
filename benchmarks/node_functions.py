"""The CDK's own functions in Node.js, from the peers' assemblies, to be started like the others.

They find AWS's SDK as npm installs it. Nothing else of Lambda's runtime is there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from benchmarks.node_sdk import link_node_sdk, node
from benchmarks.starting import Variant
from benchmarks.synth import App, assembly, synth
from benchmarks.templates import template
from harness.model.appflow import FUNCTION_ARN

_DRIVER: Final = str(Path(__file__).parent / "handlers" / "drive.js")
_VARIABLES: Final = {"USER_ON_EVENT_FUNCTION_ARN": FUNCTION_ARN}  # for the provider framework


def node_function(peer: str, folder: Path) -> Variant:
    """Synthesise a peer's app of one connector, and return its function in Node.js."""
    app: App = (peer, 1)
    output = assembly(folder, app)
    synth(app, output)
    link_node_sdk(output)
    resources = [each["Properties"] for each in template(output)["Resources"].values()]
    (function,) = (each for each in resources if each.get("Runtime", "").startswith("nodejs"))
    (connector,) = (each for each in resources if "ServiceToken" in each)
    asset = function["Code"]["S3Key"].removesuffix(".zip")
    return Variant(
        str(output / f"asset.{asset}" / function["Handler"]),
        driver=(str(node()), _DRIVER),
        variables=_VARIABLES,
        properties={name: _resolved(value) for name, value in connector.items()},
    )


def _resolved(value: Any) -> str:  # noqa: ANN401 - of a template
    """Return a property as CloudFormation sends it: a text, with the functions' ARNs in it."""
    match value:
        case {"Fn::Join": [str() as between, list() as pieces]}:
            return between.join(_resolved(piece) for piece in pieces)
        case {"Fn::GetAtt": [_, "Arn"]}:
            return FUNCTION_ARN
        case bool():
            return str(value).lower()
    assert isinstance(value, str), value
    return value
