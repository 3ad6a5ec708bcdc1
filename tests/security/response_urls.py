"""ResponseURLs that look like CloudFormation's, and who would really receive what is sent there."""

from __future__ import annotations

from functools import cache
from typing import Any

from botocore.session import Session
from hypothesis import strategies as st

_BUCKET = "cloudformation-custom-resource-response-euwest1"
_AWS_HOSTS = (
    f"{_BUCKET}.s3.eu-west-1.amazonaws.com",
    f"{_BUCKET}.s3-eu-west-1.amazonaws.com",
    f"{_BUCKET}.s3.amazonaws.com",
    "s3.cn-north-1.amazonaws.com.cn",
)
# Anybody can have a name in these domains: a load balancer, an API, a virtual machine.
_RENTED_HOSTS = (
    "abc123.execute-api.eu-west-1.amazonaws.com",
    "s3-evil-1.eu-west-1.elb.amazonaws.com",
    "s3-evil-1.elb.eu-west-1.amazonaws.com",
    "s3.evil-1.elb.cn-north-1.amazonaws.com.cn",
    "ec2-203-0-113-1.eu-west-1.compute.amazonaws.com",
    "ec2-203-0-113-1.compute-1.amazonaws.com",
    "bucket.s3-website-eu-west-1.amazonaws.com",
    "search-s3.eu-west-1.es.amazonaws.com",
)
_FOREIGN_HOSTS = (
    "evil.test",
    "s3.amazonaws.com.evil.test",
    "evilamazonaws.com",
    "s3.amazonaws.com.",
    "s3.amazonaws。com",
    "s3.amazonaws.com\u2024evil.test",
    "\uff53\uff13.amazonaws.com",
    "xn--s3.test",
    "s3.amazonaws.com%2eevil.test",
    "s3.amazonaws.com\\.evil.test",
    "s3.amazonaws.com\x00.evil.test",
    "s3.ama\nzonaws.com",
    "evil.test\t.s3.amazonaws.com",
    ".s3.amazonaws.com",
    "localhost.evil.test",
    "127.0.0.1",
    "2130706433",
    "0x7f.1",
    "169.254.169.254",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[fe80::1%25eth0]",
    "[broken",
    "",
)
_PARTS = {
    "scheme": ("HTTPS://", "http://", "file://", "//", "", "https:", "https:///", "https://\\"),
    "user": ("evil.test@", "s3.amazonaws.com@", "a:b@", "@", "x%40y@", "evil.test\\@"),
    "host": (*_AWS_HOSTS, *_RENTED_HOSTS, *_FOREIGN_HOSTS),
    "port": (":443", ":", ":8443", ":22", ":0", ":99999", ":x", ":443@", ":443@evil.test"),
    "path": ("", "/a b", "/\r\nHost: evil.test\r\n\r\n", "/\u2603", "/\x00", "#@evil.test/"),
}


@st.composite
def urls(draw: st.DrawFn) -> str:
    """CloudFormation's URL with one or two parts replaced."""
    parts = {"scheme": "https://", "user": "", "host": _AWS_HOSTS[0], "port": "", "path": "/arn"}
    for name in draw(st.lists(st.sampled_from([*_PARTS, "host"]), min_size=1, max_size=2)):
        parts[name] = draw(st.sampled_from(_PARTS[name]))
    return "".join(parts.values()) + "?X-Amz-Signature=SECRET-SIGNATURE"


def is_cloudformations(host: str, port: int) -> bool:
    """Whether only S3 can be there, told by taking the name's labels apart from the right."""
    if port != 443:
        return False
    labels = host.split(".")
    for partition in partitions():
        suffix = partition["dnsSuffix"].split(".")
        if labels[-len(suffix) :] == suffix:
            rest = labels[: -len(suffix)]
            if rest and rest[-1] in partition["regions"]:
                rest.pop()
            regional = [f"s3-{region}" for region in partition["regions"]]
            if rest and rest[-1] in ("s3", *regional):
                return True
    return False


@cache
def partitions() -> list[dict[str, Any]]:
    """All partitions that botocore knows, with their Regions and domains."""
    found: list[dict[str, Any]] = Session().get_data("endpoints")["partitions"]
    return found
