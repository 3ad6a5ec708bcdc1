"""The names and limits that the construct writes and the provider reads.

The only module both halves share. It must import nothing but the standard library's lightest
parts: it is read at synth, where there is no boto3, and at a Lambda's cold start.
"""

from __future__ import annotations

import re
from typing import Final

RESOURCE_TYPE: Final = "Custom::AppFlowConnector"

# ResourceProperties of the custom resource.
CONNECTOR_LABEL: Final = "ConnectorLabel"
LAMBDA_ARN: Final = "LambdaArn"
DESCRIPTION: Final = "Description"
REVISION: Final = "Revision"
ON_CONFLICT: Final = "OnConflict"
FORCE_UNREGISTER: Final = "ForceUnregister"

ON_CONFLICT_FAIL: Final = "FAIL"
ON_CONFLICT_ADOPT: Final = "ADOPT"

# Attributes that Fn::GetAtt reads. ATTR_LABEL is also the physical id, so Ref gives it too.
ATTR_ARN: Final = "ConnectorArn"
ATTR_LABEL: Final = "ConnectorLabel"
ATTR_NAME: Final = "ConnectorName"
ATTR_VERSION: Final = "ConnectorVersion"
ATTR_OWNER: Final = "ConnectorOwner"
ATTR_API_VERSION: Final = "ApiVersion"

# The function that refreshes a connector profile: its custom resource and its variables.
REFRESH_RESOURCE_TYPE: Final = "Custom::AppFlowProfileRefresh"
REFRESHED_PROFILE: Final = "PROFILE_NAME"
REFRESHED_CREDENTIALS: Final = "CREDENTIALS"

LOGGED_FAILURES: Final = ("Create failed", "Update failed", "Delete failed")
"""How the lines of the provider's log begin that tell of a failed request."""

RESPONSE_HOSTS_VARIABLE: Final = "CFN_RESPONSE_HOSTS"
"""Environment variable: hosts, comma-separated, that may receive a response besides AWS's own."""

# Source: API reference, RegisterConnector (patterns and lengths). ASCII, because AWS matches with
# Java's \w, which is ASCII.
LABEL_PATTERN: Final = re.compile(r"[a-zA-Z0-9][\w!@#.-]+", re.ASCII)
LABEL_MAX_LENGTH: Final = 256
DESCRIPTION_PATTERN: Final = re.compile(r"[\s\w/!@#+=.-]*", re.ASCII)
DESCRIPTION_MAX_LENGTH: Final = 1024
LAMBDA_ARN_PATTERN: Final = re.compile(
    r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[\w$-]+(:[\w$-]+)?", re.ASCII
)
LAMBDA_ARN_MAX_LENGTH: Final = 512


def label_problem(label: str) -> str | None:
    """Say what keeps a text from being a connector label; None when nothing does."""
    if len(label) > LABEL_MAX_LENGTH:
        return f"has {len(label)} characters; AppFlow admits {LABEL_MAX_LENGTH}"
    if not LABEL_PATTERN.fullmatch(label):
        return (
            "must be two or more of the letters a-z and A-Z, digits and _ ! @ # . - "
            "and begin with a letter or digit"
        )
    return None


def description_problem(description: str) -> str | None:
    """Say what keeps a text from being a connector's description; None when nothing does."""
    if len(description) > DESCRIPTION_MAX_LENGTH:
        return f"has {len(description)} characters; AppFlow admits {DESCRIPTION_MAX_LENGTH}"
    if not DESCRIPTION_PATTERN.fullmatch(description):
        refused = sorted({c for c in description if not DESCRIPTION_PATTERN.fullmatch(c)})
        return (
            f"holds {' '.join(map(repr, refused[:10]))}; AppFlow admits only ASCII letters, "
            "digits, white space and _ / ! @ # + = . -"
        )
    return None
