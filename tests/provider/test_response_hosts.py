"""Where a response may be sent: whoever holds the pre-signed URL can answer for the resource."""

from __future__ import annotations

import pytest

from appflow_connector_provider.response import ResponseError, check_host

BUCKET = "cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com"
SECRET = "X-Amz-Signature=SECRET"


@pytest.mark.parametrize("host", [BUCKET, f"{BUCKET}:443", f"{BUCKET}.cn", BUCKET.upper()])
def test_cloudformations_buckets_are_answered(host: str) -> None:
    check_host(f"https://{host}/answer?{SECRET}")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.test/",
        f"https://{BUCKET}.evil.test/",
        "https://evilamazonaws.com/",
        f"https://{BUCKET}@evil.test/",
        f"https://evil.test@{BUCKET}/",
        f"https://{BUCKET}\\@evil.test/",
        f"https://evil.test#@{BUCKET}/",
        f"https://evil.test/?{BUCKET}",
        f"https://{BUCKET}./",
        f"http://{BUCKET}/",
        f"file://{BUCKET}/",
        f"//{BUCKET}/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[broken/",
        f"https://{BUCKET}:port/",
        f"https://{BUCKET}:70000/",
        "https://",
        "",
        "\x00",
    ],
)
def test_nobody_else_is_and_the_url_is_not_repeated(url: str) -> None:
    with pytest.raises(ResponseError) as caught:
        check_host(f"{url}{'&' if '?' in url else '?'}{SECRET}")
    assert "SECRET" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_hosts_are_added_by_name_and_not_by_suffix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CFN_RESPONSE_HOSTS", " localhost , answers.test,")
    check_host("https://localhost:4566/answer")
    check_host("https://answers.test/answer")
    for host in ("more.answers.test", "", "localhost.evil.test"):
        with pytest.raises(ResponseError):
            check_host(f"https://{host}/answer")
