"""Random requests and random answers, and what must always hold of AppFlow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from appflow_local.appflow.protocol.model import service_model
from appflow_local.appflow.service import Request, Response
from harness.model.appflow import CALLER, FUNCTION_ARN, Cloud

Json: TypeAlias = Any  # any JSON value

FAST = settings(database=None, max_examples=100, suppress_health_check=list(HealthCheck))
MODELLED = {shape.name for shape in service_model().error_shapes}
FRONT_END = {"SerializationException", "UnknownOperationException"}
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**400, max_value=10**401)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
GOOD_TEXTS = st.sampled_from(["Orders", "CustomConnector", "LAMBDA", FUNCTION_ARN, "S3", "", "1"])


@st.composite
def broken(draw: st.DrawFn, document: Json) -> Json:
    """Return a JSON object with something, somewhere, replaced by something else."""
    document = json.loads(json.dumps(document))
    for _ in range(draw(st.integers(1, 3))):
        place: Json = document
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            key = draw(st.sampled_from(keys))
            if not (isinstance(place[key], (dict, list)) and place[key] and draw(st.booleans())):
                break
            place = place[key]
        place[key] = draw(JSON | GOOD_TEXTS)
    return document


def check_sane(response: Response) -> None:
    """Check that an answer is a success or an error that clients know."""
    document = json.loads(response.body)
    code = response.headers.get("x-amzn-ErrorType")
    assert response.status != 500, document
    assert (response.status == 200) is (code is None)
    assert code is None or (code in MODELLED | FRONT_END and document["message"])


def post(cloud: Cloud, path: str, body: Mapping[str, Any]) -> Response:
    """Send a POST request."""
    return cloud.appflow.handle(Request("POST", path, json.dumps(body).encode(), {}, CALLER))
