"""Functions in Java, on the machine's JVM: connectors end to end, and those that can't start."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from harness.cloud.cloud_buckets import create_bucket
from harness.cloud.cloud_functions import create_function, invoke, package
from harness.cloud.java_code import compiled, files_of, skip_without_jdk
from harness.cloud.local_cloud import Cloud
from harness.model.appflow import NO_VALID_RESPONSE, sdk_answer
from harness.model.runs import json_lines, run, task, to_s3

pytestmark = pytest.mark.usefixtures("_jdk")

SECRETS = "arn:aws:secretsmanager:us-east-1:000000000000:secret:appflow!000000000000-*"
CONFIGURATION = sdk_answer(
    connectorModes=["SOURCE"],
    supportedApiVersions=["v1"],
    authenticationConfig={"isApiKeyAuthSupported": True},
    connectorRuntimeSetting=[],
)
HANDLERS = """
import java.io.*;
import java.util.*;
import com.amazonaws.services.lambda.runtime.*;

public class Handlers implements RequestHandler<Map<String, Object>, Map<String, Object>> {
  public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
    Map<String, Object> answer = new TreeMap<>(event);
    answer.put("request", context.getAwsRequestId().length());
    answer.put("millis", context.getRemainingTimeInMillis() > 1000);
    answer.put("home", System.getProperty("user.home"));
    return answer;
  }
  public String text(String event) { return event + "\\u00fc\\ud83d\\ude00\\"\\\\\\n"; }
  public static List<Object> list(List<Object> event) { return event; }
  public Object fail(Map<String, Object> event) { throw new IllegalStateException("no luck"); }
  public void streams(InputStream input, OutputStream output) throws IOException {
    output.write(input.readAllBytes());
  }
  public Object thread(Thread event) { return null; }
  public static class Order {
    private int pieces;
    public int getPieces() { return pieces; }
    public void setPieces(int pieces) { this.pieces = pieces; }
  }
  public Order order(Order event) { event.setPieces(event.getPieces() + 1); return event; }
  public Object none(Map<String, Object> event) { throw new NullPointerException(); }
  public Object ended(Map<String, Object> event) { System.exit(3); return null; }
}
"""
FAILING = """
public class Failing {
  static final int SIZE = Integer.parseInt("many");
  public Object handleRequest(Object event) { return SIZE; }
}
"""
CONNECTOR = Path(__file__).with_name("java")


@pytest.fixture(scope="module")
def _jdk() -> None:
    skip_without_jdk()


@pytest.fixture(scope="module")
def classes(_jdk: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """All that is run here; compiled at once, as most of it is the compiler's start."""
    found = CONNECTOR.rglob("*.java")
    sources = {str(file.relative_to(CONNECTOR)): file.read_text() for file in found}
    sources |= {"Handlers.java": HANDLERS, "Failing.java": FAILING}
    return files_of(compiled(tmp_path_factory.mktemp("java"), sources))


def packed(classes: dict[str, bytes], *names: str) -> bytes:
    """Return a package of the classes whose files begin with these names."""
    return package({name: code for name, code in classes.items() if name.startswith(names)})


@pytest.fixture(scope="module")
def handlers(classes: dict[str, bytes]) -> bytes:
    return packed(classes, "Handlers")


def called(cloud: Cloud, code: bytes, handler: str, event: object) -> tuple[str | None, Any]:
    name = handler.replace("::", "-").replace(".", "-")
    create_function(cloud, name, code, runtime="java17", handler=handler)
    return invoke(cloud, name, event)


def registered(cloud: Cloud, label: str, arn: str) -> None:
    cloud.client("appflow").register_connector(
        connectorLabel=label,
        connectorProvisioningType="LAMBDA",
        connectorProvisioningConfig={"lambda": {"lambdaArn": arn}},
    )


def test_a_connector_in_java_reads_its_secret_and_fills_a_bucket(
    own_cloud: Cloud, classes: dict[str, bytes]
) -> None:
    # In a jar, and a jar in `lib`: both are packages of Java functions.
    jar = packed(classes, "com/")
    code = package({"lib/shop.jar": jar, "configuration.json": json.dumps(CONFIGURATION)})
    read = {"Action": "secretsmanager:GetSecretValue", "Resource": SECRETS}
    handler = "com.example.ShopConnector::handleRequest"
    arn = create_function(own_cloud, "java-shop", code, [read], runtime="java17", handler=handler)
    registered(own_cloud, "JavaShop", arn)
    appflow = own_cloud.client("appflow")
    with pytest.raises(ClientError, match="Wrong key"):
        create_profile(own_cloud, "nonsense")
    create_profile(own_cloud, "open-sesame")
    create_bucket(own_cloud, "java-lake")
    appflow.create_flow(
        flowName="java-orders",
        triggerConfig={"triggerType": "OnDemand"},
        sourceFlowConfig={
            "connectorType": "CustomConnector",
            "connectorProfileName": "java-shop",
            "apiVersion": "v1",
            "sourceConnectorProperties": {"CustomConnector": {"entityName": "orders"}},
        },
        destinationFlowConfigList=to_s3(bucketName="java-lake"),
        tasks=[task("Map_all")],
    )
    assert run(appflow, "java-orders")["executionStatus"] == "Successful"
    s3 = own_cloud.client("s3")
    (item,) = s3.list_objects_v2(Bucket="java-lake")["Contents"]
    body = s3.get_object(Bucket="java-lake", Key=item["Key"])["Body"].read().decode()
    assert json_lines(body) == [{"id": 1}]


def create_profile(cloud: Cloud, key: str) -> None:
    credentials = {"authenticationType": "APIKEY", "apiKey": {"apiKey": key}}
    cloud.client("appflow").create_connector_profile(
        connectorProfileName="java-shop",
        connectorType="CustomConnector",
        connectorLabel="JavaShop",
        connectionMode="Public",
        connectorProfileConfig={
            "connectorProfileProperties": {"CustomConnector": {}},
            "connectorProfileCredentials": {"CustomConnector": credentials},
        },
    )


def test_a_handler_gets_its_event_as_a_map_and_a_context(own_cloud: Cloud, handlers: bytes) -> None:
    event = {
        "text": 'a"\\/\b\f\n\r\tü😀\u0001',
        "numbers": [0, -1, 2**40, 2**70, 1.5, 1e300],
        "nothing": None,
        "truth": [True, False, {}, [], [[]]],
        "": "",
    }
    error, answer = called(own_cloud, handlers, "Handlers", event)
    assert error is None
    home = str(own_cloud.home / str(own_cloud.port) / "tmp" / "home")
    del event["nothing"]  # Lambda's runtime leaves null out of objects
    assert answer == {**event, "request": 36, "millis": True, "home": home}


@pytest.mark.parametrize(
    ("method", "event", "expected"),
    [
        ("text", "x", 'xü😀"\\\n'),
        ("list", [1, {"a": "b"}], [1, {"a": "b"}]),
        ("streams", {"a": [1.0]}, {"a": [1.0]}),
        ("order", {"pieces": 2, "unknown": 1}, {"pieces": 3}),
    ],
)
def test_a_handler_needs_no_interface(
    own_cloud: Cloud, handlers: bytes, method: str, event: object, expected: object
) -> None:
    assert called(own_cloud, handlers, f"Handlers::{method}", event) == (None, expected)


@pytest.mark.parametrize(
    ("handler", "error_type", "message"),
    [
        ("com.example.Missing", "java.lang.ClassNotFoundException", "not found: com.example.Mi"),
        ("Handlers::missing", "java.lang.NoSuchMethodException", "Handlers has no public method"),
        ("Handlers::thread", "java.lang.UnsupportedOperationException", "takes a java.lang.Thread"),
        ("Handlers::fail", "java.lang.IllegalStateException", "no luck"),
        ("Handlers::none", "java.lang.NullPointerException", "java.lang.NullPointerException"),
        ("Handlers::ended", "Runtime.ExitError", "Runtime exited with error: exit status 3"),
    ],
)
def test_a_handler_that_fails_says_why(
    own_cloud: Cloud, handlers: bytes, handler: str, error_type: str, message: str
) -> None:
    error, answer = called(own_cloud, handlers, handler, {})
    assert error == "Unhandled"
    assert answer["errorType"] == error_type
    assert message in answer["errorMessage"]


@pytest.mark.parametrize(
    ("label", "handler", "reason"),
    [
        ("JavaMissing", "com.example.Gone", "Class not found: com.example.Gone"),
        ("JavaBroken", "Broken", "Broken"),
    ],
)
def test_registering_a_class_that_does_not_load_names_it_at_once(
    own_cloud: Cloud, label: str, handler: str, reason: str
) -> None:
    code = package({"Broken.class": b"\xca\xfe\xba\xbe nonsense"})
    arn = create_function(own_cloud, label, code, runtime="java21", handler=handler)
    with pytest.raises(ClientError) as caught:
        registered(own_cloud, label, arn)
    error = caught.value.response["Error"]
    assert error["Code"] == "ConnectorServerException"
    assert error["Message"].startswith(
        f"{NO_VALID_RESPONSE} appflow-local adds: the function can't start: "
    )
    assert reason in error["Message"]
    assert label not in own_cloud.labels()


def test_a_class_that_fails_to_load_leaves_its_trace_in_the_functions_log(
    own_cloud: Cloud, classes: dict[str, bytes]
) -> None:
    code = packed(classes, "Failing")
    create_function(own_cloud, "failing", code, runtime="java17", handler="Failing")
    error, answer = invoke(own_cloud, "failing")
    assert (error, answer["errorType"]) == ("Unhandled", "java.lang.NumberFormatException")
    events = own_cloud.client("logs").filter_log_events(logGroupName="/aws/lambda/failing")
    log = "\n".join(event["message"] for event in events["events"])
    assert 'java.lang.NumberFormatException: For input string: "many"' in log
    assert "at Failing.<clinit>(Failing.java:3)" in log


def test_a_layer_brings_jars(own_cloud: Cloud, handlers: bytes) -> None:
    layer = own_cloud.client("lambda").publish_layer_version(
        LayerName="handlers", Content={"ZipFile": package({"java/lib/handlers.jar": handlers})}
    )["LayerVersionArn"]
    create_function(
        own_cloud,
        "layered",
        package({"any.txt": ""}),
        runtime="java17",
        handler="Handlers::list",
        Layers=[layer],
    )
    assert invoke(own_cloud, "layered", [1]) == (None, [1])
