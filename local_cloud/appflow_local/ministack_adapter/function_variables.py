"""Sets functions' variables: off proxies on the way to the cloud, and the name of their log.

Where the cloud leads functions to a proxy of its own, they have no other.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from ministack.core import lambda_runtime

from appflow_local.environment import beside_proxy
from appflow_local.traffic.settings import BUNDLES, BYPASSES, LED_VARIABLE, OTHERS, PROXIES

_OWN = (*PROXIES, *BYPASSES, *BUNDLES, *OTHERS)
_LOG_STREAM = "AWS_LAMBDA_LOG_STREAM_NAME"


def keep_functions_off_proxies() -> None:
    """Add the cloud's names to a NO_PROXY that a function's configuration sets.

    A function with a proxy alone needs nothing: it inherits the server's NO_PROXY.
    """
    choose = lambda_runtime._worker_class_for

    def chosen(config: Mapping[str, Any]) -> Any:  # noqa: ANN401 - MiniStack's
        make = choose(config)
        return lambda name, given, code: make(name, _beside_proxy(given), code)

    lambda_runtime._worker_class_for = chosen


def name_logs_after_functions() -> None:
    """Let a function know its log stream by the function's name.

    A reason that names the log stream, such as a custom resource's, then leads to
    `appflow-local logs --function NAME`, as MiniStack's random names do not.
    """
    lambda_runtime._RESERVED_RUNTIME_ENV_VARS.discard(_LOG_STREAM)
    choose = lambda_runtime._worker_class_for

    def chosen(config: Mapping[str, Any]) -> Any:  # noqa: ANN401 - MiniStack's
        make = choose(config)
        return lambda name, given, code: make(name, _with(given, {_LOG_STREAM: name}), code)

    lambda_runtime._worker_class_for = chosen


def _beside_proxy(config: Mapping[str, Any]) -> dict[str, Any]:
    variables = (config.get("Environment") or {}).get("Variables") or {}
    if LED_VARIABLE in os.environ:
        seen = {name: value for name, value in variables.items() if name not in _OWN}
    else:
        own = {name: beside_proxy(variables[name]) for name in BYPASSES if name in variables}
        seen = {**variables, **own}
    if seen == variables:
        return dict(config)
    return {**config, "Environment": {**config["Environment"], "Variables": seen}}


def _with(config: Mapping[str, Any], own: Mapping[str, str]) -> dict[str, Any]:
    environment = config.get("Environment") or {}
    variables = {**(environment.get("Variables") or {}), **own}
    return {**config, "Environment": {**environment, "Variables": variables}}
