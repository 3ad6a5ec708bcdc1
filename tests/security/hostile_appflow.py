"""An AppFlow that passes on everything a connector says about itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from appflow_local.appflow.service import Request, Response
from harness.model.appflow import AnswersRequests


@dataclass
class CredulousAppFlow:
    """Puts texts of a test's into what the model answers the provider.

    Args:
        appflow: the model.
        configuration: members of DescribeConnector's connectorConfiguration to replace.
        failing: by path, the error code and message to answer in place of the operation.
    """

    appflow: AnswersRequests
    configuration: Mapping[str, Any] = field(default_factory=dict)
    failing: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def handle(self, request: Request) -> Response:
        if request.path in self.failing:
            code, message = self.failing[request.path]
            headers = {"Content-Type": "application/json", "x-amzn-ErrorType": code}
            return Response(400, headers, json.dumps({"message": message}).encode())
        response = self.appflow.handle(request)
        if request.path != "/describe-connector" or response.status != 200:
            return response
        document = json.loads(response.body)
        document["connectorConfiguration"].update(self.configuration)
        return replace(response, body=json.dumps(document).encode())
