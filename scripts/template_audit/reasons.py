"""Why findings stay: the first entry of a tool whose rule and logical id match.

SECURITY.md has the same for cdk-nag, which knows constructs; these tools know templates only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """Rules of a tool in some resources, as regular expressions; whose; why they stay."""

    whose: str
    tool: str
    rule: str
    logical_id: str
    text: str

    def is_for(self, tool: str, rule: str, logical_id: str) -> bool:
        """Whether it speaks of a finding."""
        return (
            tool == self.tool
            and re.fullmatch(self.rule, rule) is not None
            and re.search(self.logical_id, logical_id) is not None
        )


_PROVIDER = "^AppFlowConnectorRegistration"
_CDKS_OWN = "^CustomCDKBucketDeployment|^Pipeline|^CrossRegionCodePipeline"
_ANY = ""

REASONS = (
    Reason(
        "CDK",
        "checkov",
        ".*",
        _CDKS_OWN,
        "what CDK Pipelines and BucketDeployment make for themselves",
    ),
    Reason(
        "CDK",
        "cloudsplaining",
        ".*",
        _CDKS_OWN,
        "what CDK Pipelines and BucketDeployment make for themselves",
    ),
    Reason(
        "CDK",
        "parliament",
        ".*",
        _CDKS_OWN,
        "what CDK Pipelines and BucketDeployment make for themselves",
    ),
    Reason(
        "library",
        "parliament",
        "RESOURCE_MISMATCH",
        f"{_PROVIDER}Role",
        "`…:/unregister-connector` is no ARN of a connector: AWS was seen to evaluate it",
    ),
    Reason(
        "library",
        "checkov",
        "CKV_AWS_116",
        f"{_PROVIDER}Handler",
        "a lost event fails the deployment; a queue would keep its pre-signed URL",
    ),
    Reason(
        "library, your choice",
        "checkov",
        "CKV_AWS_115",
        f"{_PROVIDER}Handler",
        "reserving takes from the account's quota; `reserved_concurrent_executions=`",
    ),
    Reason(
        "library, your choice",
        "checkov",
        "CKV_AWS_117",
        f"{_PROVIDER}Handler",
        "it reaches nothing but AWS's own endpoints; `vpc=`",
    ),
    Reason(
        "library, your choice",
        "checkov",
        "CKV_AWS_158",
        f"{_PROVIDER}LogGroup",
        "CloudWatch Logs encrypts it with AWS's key; `log_group=` takes a group with yours",
    ),
    Reason(
        "example",
        "checkov",
        "CKV_AWS_115|CKV_AWS_117",
        "^Function",
        "an example reserves nothing and needs no network of its own",
    ),
    Reason(
        "example",
        "checkov",
        "CKV_AWS_116",
        "^Function",
        "AppFlow invokes connectors synchronously: nothing would get into the queue",
    ),
    Reason(
        "example",
        "checkov",
        "CKV_AWS_158",
        "^Logs",
        "CloudWatch Logs encrypts it with AWS's key",
    ),
    Reason(
        "example",
        "checkov",
        "CKV_AWS_18|CKV_AWS_21",
        "^Bucket|^Errors",
        "a bucket of an example, without others for its logs and copies",
    ),
    Reason(
        "example",
        "checkov",
        "CKV_AWS_5[3-6]",
        "^Bucket|^Errors",
        "S3 blocks public access to new buckets by itself",
    ),
    Reason(
        "example",
        "checkov",
        "CKV_AWS_26",
        "^Notices",
        "counts and messages, no records; `master_key=` takes a key that admits CloudWatch",
    ),
)


def reason_of(tool: str, rule: str, logical_id: str) -> Reason | None:
    """Return the first reason that speaks of a finding."""
    return next((each for each in REASONS if each.is_for(tool, rule, logical_id)), None)
