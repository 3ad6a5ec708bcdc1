"""A profile is updated with what its secrets hold, against AppFlow's model and real requests."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from botocore.exceptions import ClientError

from appflow_connector_provider import contract, refresh
from appflow_connector_provider.calls import new_secrets_client
from appflow_connector_provider.failures import RegistrationError
from harness.model.appflow import REGION, Client, Cloud
from harness.model.profiles import SECRET_ARN, config, connect, profile
from harness.provider.endpoint import ResponseEndpoint
from harness.provider.handler import Context, VirtualTime, new_request_id

SHOP = f"arn:aws:secretsmanager:{REGION}:123456789012:secret:shop-AbCdEf"
CREDENTIALS = {
    "secrets": [[SHOP, "AWSCURRENT"]],
    "members": {
        "authenticationType": "BASIC",
        "basic": {"username": "ann", "password": [0, "password"]},
    },
}
ROTATED = {"detail-type": "Secret Label Updated", "detail": {"labelUpdated": "AWSCURRENT"}}


def holding(password: object) -> str:
    """A secret's text."""
    return json.dumps({"password": password})


class Secrets:
    """Secrets Manager's answers, one after the other; the last one stays."""

    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = []
        self.asked: list[dict[str, str]] = []
        self.error: ClientError | None = None

    def hold(self, *texts: str) -> None:
        self.answers = [{"ARN": SHOP, "SecretString": text} for text in texts]

    def get_secret_value(self, **named: str) -> dict[str, Any]:
        self.asked.append(named)
        if self.error:
            raise self.error
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Refresh:
    """The function of the profile `prod`, which the model has."""

    def __init__(
        self, cloud: Cloud, client: Client, endpoint: ResponseEndpoint, time: VirtualTime
    ) -> None:
        self.cloud, self.client, self.endpoint, self.time = cloud, client, endpoint, time
        self.connector = connect(client, cloud.host)
        self.secrets = Secrets()
        client.create_connector_profile(**profile(connectorProfileConfig=config()))

    def __call__(self, event: dict[str, Any] = ROTATED) -> None:
        refresh.handler(event, Context(self.time, 120.0))

    def deliver(self, request_type: str, revision: str, physical_id: str = "") -> dict[str, Any]:
        """Deliver a request of CloudFormation for a revision, and return the one answer."""
        known = {"PhysicalResourceId": physical_id} if physical_id else {}
        self(
            {
                "RequestType": request_type,
                "RequestId": new_request_id(),
                "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/1",
                "LogicalResourceId": "Revision",
                "ResponseURL": self.endpoint.url,
                "ResourceProperties": {"Revision": revision},
                **known,
            }
        )
        return self.endpoint.accepted[-1]

    @property
    def password(self) -> str:
        """What the connector finds in the profile's own secret."""
        return str(json.loads(self.cloud.host.secrets[SECRET_ARN])["password"])

    @property
    def updates(self) -> int:
        """How often AppFlow had the connector validate credentials."""
        asked = [request["type"] for _, request, _ in self.cloud.host.invocations]
        return asked.count("ValidateCredentialsRequest") - 1  # without the profile's creation


@pytest.fixture
def refreshed(
    appflow: Cloud,
    client: Client,
    endpoint: ResponseEndpoint,
    time: VirtualTime,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Refresh]:
    made = Refresh(appflow, client, endpoint, time)
    monkeypatch.setenv(contract.REFRESHED_PROFILE, "prod")
    monkeypatch.setenv(contract.REFRESHED_CREDENTIALS, json.dumps(CREDENTIALS))
    monkeypatch.setattr(refresh, "_secrets", lambda _seconds: made.secrets)
    refresh._appflow.cache_clear()
    yield made
    refresh._appflow.cache_clear()


def test_a_profile_gets_what_its_secret_holds_and_the_connector_validates_it(
    refreshed: Refresh,
) -> None:
    refreshed.secrets.hold(holding("new"))
    refreshed()
    assert refreshed.password == "new"
    assert refreshed.updates == 1
    assert refreshed.secrets.asked[0] == {"SecretId": SHOP, "VersionStage": "AWSCURRENT"}


def test_a_profiles_settings_stay_as_they_are(refreshed: Refresh) -> None:
    before = refreshed.client.describe_connector_profiles()["connectorProfileDetails"][0]
    refreshed.secrets.hold(holding("new"))
    refreshed()
    after = refreshed.client.describe_connector_profiles()["connectorProfileDetails"][0]
    assert after["connectorProfileProperties"] == before["connectorProfileProperties"]
    assert after["connectorProfileArn"] == before["connectorProfileArn"]


@pytest.mark.parametrize("event", [{}, ROTATED, {"by": "hand"}])
def test_any_event_refreshes_the_profile(refreshed: Refresh, event: dict[str, Any]) -> None:
    refreshed.secrets.hold(holding("new"))
    refreshed(event)
    assert refreshed.password == "new"


def test_credentials_that_the_connector_refuses_are_an_error_and_change_nothing(
    refreshed: Refresh,
) -> None:
    refreshed.secrets.hold(holding("wrong"))
    details = {"errorCode": "InvalidCredentials", "errorMessage": "Not today"}
    refreshed.connector.refuse("ValidateCredentials", errorDetails=details)
    with pytest.raises(RegistrationError, match=r"UpdateConnectorProfile: .*Not today"):
        refreshed()
    assert refreshed.password == "s3cret"


def test_a_secret_that_changes_meanwhile_is_written_again(refreshed: Refresh) -> None:
    refreshed.secrets.hold(holding("first"), holding("second"))
    refreshed()
    assert refreshed.password == "second"
    assert refreshed.updates == 2


def test_a_secret_that_changes_all_the_time_is_an_error(refreshed: Refresh) -> None:
    refreshed.secrets.hold(*(holding(str(number)) for number in range(9)))
    with pytest.raises(RegistrationError, match="changed again and again"):
        refreshed()


def test_another_change_of_the_profile_is_waited_for(
    refreshed: Refresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    client: Client = refresh._appflow(35)
    update, attempts = client.update_connector_profile, iter(range(2))

    def conflicting(**parameters: Any) -> Any:  # noqa: ANN401 - botocore's
        for _ in attempts:
            answer: Any = {"Error": {"Code": "ConflictException", "Message": "in progress"}}
            raise ClientError(answer, "UpdateConnectorProfile")
        return update(**parameters)

    monkeypatch.setattr(client, "update_connector_profile", conflicting)
    refreshed.secrets.hold(holding("new"))
    refreshed()
    assert refreshed.password == "new"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("not JSON: hunter2", "it has no field 'password'"),
        (json.dumps({"user": "hunter2"}), "it has no field 'password'"),
        (json.dumps(["hunter2"]), "it has no field 'password'"),
    ],
)
def test_a_secret_without_the_field_is_an_error_that_does_not_show_it(
    refreshed: Refresh, text: str, problem: str
) -> None:
    refreshed.secrets.hold(text)
    with pytest.raises(RegistrationError) as caught:
        refreshed()
    assert problem in str(caught.value)
    assert SHOP in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_secret_of_bytes_is_an_error(refreshed: Refresh) -> None:
    refreshed.secrets.answers = [{"ARN": SHOP, "SecretBinary": b"x"}]
    with pytest.raises(RegistrationError, match="it has no text"):
        refreshed()


def test_a_number_in_a_secret_is_a_text(refreshed: Refresh) -> None:
    refreshed.secrets.hold(holding(1234))
    refreshed()
    assert refreshed.password == "1234"


def test_a_secret_that_may_not_be_read_is_an_error_with_a_remedy(refreshed: Refresh) -> None:
    answer: Any = {"Error": {"Code": "ResourceNotFoundException", "Message": "can't find it"}}
    refreshed.secrets.error = ClientError(answer, "GetSecretValue")
    with pytest.raises(RegistrationError) as caught:
        refreshed()
    assert str(caught.value) == "GetSecretValue: ResourceNotFoundException: can't find it"
    assert SHOP in caught.value.advice


def test_a_profile_that_is_gone_is_an_error(refreshed: Refresh) -> None:
    refreshed.client.delete_connector_profile(connectorProfileName="prod")
    refreshed.secrets.hold(holding("new"))
    with pytest.raises(RegistrationError, match="Profile prod: it doesn't exist"):
        refreshed()


def test_a_new_revision_refreshes_the_profile_and_answers(refreshed: Refresh) -> None:
    refreshed.secrets.hold(holding("first"))
    created = refreshed.deliver("Create", "1")
    assert (created["Status"], refreshed.password) == ("SUCCESS", "first")
    refreshed.secrets.hold(holding("second"))
    updated = refreshed.deliver("Update", "2", created["PhysicalResourceId"])
    assert (updated["Status"], refreshed.password) == ("SUCCESS", "second")
    assert updated["PhysicalResourceId"] != created["PhysicalResourceId"]


def test_the_rollback_of_a_failed_revision_changes_nothing_and_does_not_fail(
    refreshed: Refresh,
) -> None:
    refreshed.secrets.hold(holding("first"))
    before = refreshed.deliver("Create", "1")["PhysicalResourceId"]
    refreshed.secrets.hold("no field")
    failed = refreshed.deliver("Update", "2", before)
    assert failed["Status"] == "FAILED"
    assert "it has no field 'password'" in failed["Reason"]
    assert failed["PhysicalResourceId"] == before
    assert refreshed.deliver("Update", "1", before)["Status"] == "SUCCESS"
    assert refreshed.updates == 1


def test_deleting_a_revision_leaves_the_profile(refreshed: Refresh) -> None:
    assert refreshed.deliver("Delete", "1", "revision-x")["Status"] == "SUCCESS"
    assert refreshed.updates == 0


def test_no_secret_is_logged_at_any_level(
    refreshed: Refresh, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="botocore")
    with secrets_manager(holding("hunter2")) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", url)
        monkeypatch.setattr(refresh, "_secrets", new_secrets_client)
        refreshed()
    assert refreshed.password == "hunter2"
    assert caplog.text
    assert "hunter2" not in caplog.text


class secrets_manager:  # noqa: N801 - used like a function
    """GetSecretValue over HTTP, for one text."""

    def __init__(self, text: str) -> None:
        now = datetime.now(timezone.utc).timestamp()
        body = json.dumps({"ARN": SHOP, "SecretString": text, "CreatedDate": now}).encode()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                assert self.headers["X-Amz-Target"] == "secretsmanager.GetSecretValue"
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as inherited
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> str:
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
