"""The buckets of a flow: do they exist, and do their policies admit AppFlow?

Known (AppFlow User Guide, "Amazon S3 bucket policies for Amazon AppFlow"): the policy of a flow's
bucket must allow `appflow.amazonaws.com` to list and get, or to put, on the bucket and all of its
contents.
Known (AppFlow User Guide, "Amazon S3"): the bucket must be in the flow's Region.
Inferred (AppFlow User Guide, "Amazon S3 bucket policies for Amazon AppFlow" and "Amazon S3"):
CreateFlow and UpdateFlow check both, a run checks them again, and AppFlow presents the flow's ARN
as `aws:SourceArn`; the errors and their texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from appflow_local.appflow.account import Account
from appflow_local.appflow.flow_definition import FlowDefinition
from appflow_local.appflow.flow_definition.ends import S3DestinationEnd, S3SourceEnd
from appflow_local.appflow.storage import BucketNotFound

_READ = (("s3:ListBucket",), ("s3:GetObject",))
_WRITE = (
    ("s3:ListBucketMultipartUploads", "s3:GetBucketAcl"),
    ("s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObjectAcl"),
)
_CALLERS = ("s3:ListBucket", "s3:GetBucketLocation", "s3:GetBucketPolicy")


class BucketProblem(Exception):  # noqa: N818 - a problem of a bucket, not of a request
    """The flow can't use a bucket; the message, in the emulator's words, says why."""


@dataclass(frozen=True)
class BucketUse:
    """What a flow does with a bucket, below a prefix."""

    bucket: str
    prefix: str
    writes: bool


def buckets_of(definition: FlowDefinition) -> tuple[BucketUse, ...]:
    """Return what a flow does with buckets: its own, or that of its error handling."""
    return tuple(_buckets_of(definition))


def authorize_buckets(account: Account, uses: Iterable[BucketUse]) -> None:
    """Check that the caller may read the buckets' locations and policies.

    Inferred (AppFlow User Guide, managed policy AmazonAppFlowFullAccess; a public report of
    AppFlow's answers): the caller needs `s3:ListBucket`, `s3:GetBucketLocation` and
    `s3:GetBucketPolicy` on the bucket.

    Raises:
        AccessDeniedException: IAM denies one of the actions.
    """
    account.authorize("s3:ListAllMyBuckets")
    for use in uses:
        for action in _CALLERS:
            account.authorize(action, f"arn:aws:s3:::{use.bucket}")


def check_buckets(account: Account, flow_name: str, uses: Iterable[BucketUse]) -> None:
    """Check that AppFlow can use the buckets.

    Raises:
        BucketProblem: one is missing, in another Region, or closed to AppFlow.
    """
    for use in uses:
        try:
            region = account.host.bucket_region(use.bucket)
            closed = list(_closed(account, flow_name, use))
        except BucketNotFound:
            raise BucketProblem(f"The bucket {use.bucket} does not exist") from None
        if region != account.region:
            raise BucketProblem(
                f"The bucket {use.bucket} is in {region}, but the flow is in {account.region}"
            )
        if closed:
            raise BucketProblem(
                f"The policy of the bucket {use.bucket} must allow appflow.amazonaws.com to "
                f"perform {', '.join(closed)}"
            )


def _buckets_of(definition: FlowDefinition) -> Iterator[BucketUse]:
    source, destination = definition.source, definition.destination
    if isinstance(source, S3SourceEnd):
        yield BucketUse(source.bucket, source.prefix or "", writes=False)
    if isinstance(destination, S3DestinationEnd):
        yield BucketUse(destination.bucket, destination.prefix or "", writes=True)
    elif (errors := destination.error_handling).bucket is not None:
        yield BucketUse(errors.bucket, errors.prefix, writes=True)


def _closed(account: Account, flow_name: str, use: BucketUse) -> Iterator[str]:
    of_bucket, of_objects = _WRITE if use.writes else _READ
    arn = f"arn:aws:s3:::{use.bucket}"
    key = "/".join(filter(None, [use.prefix.strip("/"), flow_name if use.writes else ""]))
    asked = [(action, arn) for action in of_bucket]
    asked += [(action, f"{arn}/{key}") for action in of_objects]
    for action, resource in asked:
        if not account.host.bucket_admits_appflow(
            use.bucket,
            action,
            resource,
            source_account=account.id,
            source_arn=account.arns.flow(flow_name),
        ):
            yield action
