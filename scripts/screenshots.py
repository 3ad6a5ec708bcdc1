"""Takes the documents' pictures of the page: of the demo, with a flow that changes records.

`make screenshots` runs it on a local cloud.
"""

from __future__ import annotations

import copy
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from scripts.demo import Outputs, main, page, run_flow

# The tests' own way to a browser.
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))
from harness.browser import headless_browser

_IMAGES = Path(__file__).parents[1] / "docs" / "images"
_FLOW = "orders-for-partners"
_SIZE = {"width": 1200, "height": 760}


def shoot(outputs: Outputs, _execution: str) -> None:
    """Run a flow that changes records, and take the pictures."""
    described = boto3.client("appflow").describe_flow(
        flowName=outputs["AppFlowFlowDemo"]["FlowName"]
    )
    _create(described, _FLOW, _tasks())
    execution = run_flow(_FLOW)
    _refused(described)
    _IMAGES.mkdir(exist_ok=True)
    with headless_browser() as browser:
        for scheme, name, screen in (
            ("light", "run", f"run?id={execution}"),
            ("dark", "run", f"run?id={execution}"),
            ("light", "overview", ""),
        ):
            shown = browser.new_page(color_scheme=scheme, viewport=_SIZE)  # type: ignore[arg-type]
            shown.goto(page(screen))
            shown.locator("#live").wait_for()
            shown.screenshot(path=_IMAGES / f"page-{name}-{scheme}.png")
            shown.close()


def _create(described: Any, name: str, tasks: list[Any]) -> None:  # noqa: ANN401 - botocore's
    members = ("triggerConfig", "sourceFlowConfig", "destinationFlowConfigList")
    boto3.client("appflow").create_flow(
        flowName=name, tasks=tasks, **{member: described[member] for member in members}
    )


def _refused(described: Any) -> None:  # noqa: ANN401 - botocore's
    """Try a flow of a table that isn't there, which the connector can't describe."""
    changed: Any = copy.deepcopy(described)
    changed["sourceFlowConfig"]["sourceConnectorProperties"]["CustomConnector"]["entityName"] = (
        "shop/returns"
    )
    with suppress(ClientError):
        _create(changed, "returns", _tasks())


def _tasks() -> list[Any]:
    fields = ["id", "product", "quantity", "paid", "ordered_at"]
    return [
        _task("Filter", fields, "PROJECTION"),
        _task("Map", ["id"], "NO_OP", to="order_number"),
        *(_task("Map", [name], "NO_OP", to=name) for name in fields[1:4]),
        _task("Mask", ["product"], "MASK_LAST_N", MASK_LENGTH="2", MASK_VALUE="*"),
        _task("Filter", ["quantity"], "GREATER_THAN", DATA_TYPE="Integer", VALUE="5"),
    ]


def _task(kind: str, fields: list[str], operator: str, to: str | None = None, **given: str) -> Any:  # noqa: ANN401 - botocore's
    return {
        "taskType": kind,
        "sourceFields": fields,
        "connectorOperator": {"CustomConnector": operator},
        "taskProperties": given,
        **({"destinationField": to} if to else {}),
    }


if __name__ == "__main__":
    raise SystemExit(main(then=shoot))
