"""The faults of MiniStack that the adapter mends: each is still there in MiniStack alone.

When MiniStack's pin is raised and one of these fails, MiniStack has mended it itself: remove what
the adapter does about it, which the test of the same subject then proves needless.
"""

from __future__ import annotations

import pytest

from harness.cloud.ministack_alone import truths

PREPARE = """
import asyncio, inspect, json
from ministack import app
from ministack.core import iam_evaluator, lambda_runtime, responses
from ministack.services import cloudformation, cloudtrail, cloudwatch, iam, lambda_svc
from ministack.services.cloudformation import (
    changesets, custom_resource, handlers, provisioners, stacks
)

def fail(*_given):
    raise ValueError("it fails")

PLAIN = {"create": lambda name, *_: (name, {}), "delete": lambda *_: None}
PLAIN["update"] = lambda name, *_: (name, {})
provisioners._RESOURCE_HANDLERS["Test::Plain"] = PLAIN
provisioners._RESOURCE_HANDLERS["Test::Stays"] = {**PLAIN, "delete": fail}
provisioners._RESOURCE_HANDLERS["Test::Fails"] = {**PLAIN, "create": fail}
USER = {"Type": "Test::Stays", "DependsOn": "Used"}
TEMPLATE = {"Resources": {"Used": {"Type": "Test::Plain"}, "User": USER}}

def params(name, body, **more):
    body = json.dumps(body)
    return {"StackName": [name], "TemplateBody": [body], **{k: [v] for k, v in more.items()}}

async def settled(answer):
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        await task
    return answer

def do(action, *given, **more):
    async def work():
        return await settled(handlers._ACTION_HANDLERS[action](params(*given, **more)))
    return asyncio.run(work())

def events(name):
    found = cloudformation._stack_events[cloudformation._stacks[name]["StackId"]]
    return [(each["LogicalResourceId"], each["ResourceStatus"]) for each in found]

do("CreateStack", "Deleted", TEMPLATE)
do("DeleteStack", "Deleted", {})
do("CreateStack", "Updated", {"Resources": {"One": {"Type": "Test::Plain"}}})
more = {"Resources": {"One": {"Type": "Test::Plain"}, "Two": {"Type": "Test::Plain"}}}
do("UpdateStack", "Updated", more)
do("UpdateStack", "Updated", {"Resources": {"One": {"Type": "Test::Plain"}}})
failing = {"Type": "Test::Fails", "DependsOn": "User"}
do("CreateStack", "Rolled", {"Resources": {**TEMPLATE["Resources"], "Last": failing}})
do("CreateStack", "Child", TEMPLATE)
provisioners._cfn_nested_stack_delete("Child", {})
again = do("CreateChangeSet", "Deleted", TEMPLATE, ChangeSetName="again")
cloudformation._stacks["Updated"]["StackStatus"] = "UPDATE_ROLLBACK_FAILED"
skipping = do("ContinueUpdateRollback", "Updated", {}, ResourcesToSkip="")
continuing = do("ContinueUpdateRollback", "Updated", {})

lambda_svc._functions["f"] = {
    "config": {"FunctionName": "f", "RevisionId": "r"}, "code_zip": None, "aliases": {},
    "versions": {}, "next_version": 1, "policy": {"Statement": []},
}
lambda_svc._publish_version("f", {})
SERVICE = {"StatementId": "S", "Principal": "appflow.amazonaws.com"}
lambda_svc._add_permission("f", SERVICE)
ARN = "arn:aws:lambda:us-east-1:000000000000:function:f:1"
secret = provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]

cloudwatch.record_metric("Own", "Failed", 1.0, "Count", {"FlowName": "another"})
alarm = {
    "AlarmName": "a", "Namespace": "Own", "MetricName": "Failed", "Statistic": "Sum",
    "Threshold": 1.0, "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    "Dimensions": [{"Name": "FlowName", "Value": "this"}], "StateValue": "OK",
}
cloudwatch._evaluate_alarm(alarm)
"""

FAULTS = {
    "an invocation that prints nothing is waited for 50 ms": (
        "inspect.signature(lambda_runtime.Worker._drain_stderr_bounded)"
        ".parameters['first_line_wait'].default == 0.05"
    ),
    "the policy of a version is not found with the version": (
        "lambda_svc._get_func_record_for_ref(ARN)[0].get('policy') is None"
    ),
    "a statement's id is taken if another version has it": (
        "lambda_svc._add_permission('f', SERVICE, path_qualifier='1')[0] == 409"
    ),
    "events have the same time": "len({responses.now_iso() for _ in range(100)}) < 100",
    "a deletion goes on with what a failed resource needs": (
        "set(cloudformation._stacks['Deleted']['_resources']) == {'User'}"
    ),
    "an unchanged resource has events": "('One', 'UPDATE_COMPLETE') in events('Updated')",
    "a new resource of an update has the events of an update": (
        "('Two', 'UPDATE_COMPLETE') in events('Updated')"
    ),
    "a resource that an update removes has no events": (
        "('Two', 'DELETE_COMPLETE') not in events('Updated')"
    ),
    "a rollback forgets what it could not delete": (
        "cloudformation._stacks['Rolled']['StackStatus'] == 'ROLLBACK_FAILED'"
        " and not cloudformation._stacks['Rolled']['_resources']"
    ),
    "a nested stack is deleted even if its resources are not": (
        "cloudformation._stacks['Child']['StackStatus'] == 'DELETE_COMPLETE'"
    ),
    "a stack that failed to be deleted gets a change set": "again[0] == 200",
    "a change set has no values of properties, and does not say so": (
        "not any(word in inspect.getsource(changesets) for word in ('AfterContext', '[WARN]'))"
    ),
    "no resources to skip are one without a name": "skipping[0] == 400",
    "a rollback of which nothing is known is complete": (
        "continuing[0] == 200"
        " and cloudformation._stacks['Updated']['StackStatus'] == 'UPDATE_ROLLBACK_COMPLETE'"
    ),
    "an update's way back is not in the stack's record while it is at work": (
        "'_failed_operation' not in inspect.getsource(handlers._update_stack)"
        " and '_failed_operation' not in inspect.getsource(changesets._execute_change_set)"
    ),
    "a rollback leaves the conditions of the update": (
        "'_conditions\"]' not in inspect.getsource(stacks._roll_back_operation)"
    ),
    "the Ref of a secret is its name": (
        "secret['create']('Key', {'SecretString': 'x'}, 'Shop')[0].startswith('Shop-Key')"
    ),
    "the Ref of a bucket's policy is not the bucket": (
        "provisioners._s3_bucket_policy_create('P', {'Bucket': 'b'}, 's')[0] != 'b'"
    ),
    "the Ref of an instance profile is its ARN": (
        "provisioners._iam_ip_create('P', {}, 's')[0].startswith('arn:')"
    ),
    "the Ref of a GraphQL API is its id": (
        "not provisioners._appsync_api_create('Api', {}, 's')[0].startswith('arn:')"
    ),
    "the Ref of a function's URL is not its function's ARN": (
        "'return resource_name' in inspect.getsource(provisioners._lambda_url_create)"
    ),
    "the Ref of an edge function is its name": (
        "'return name' in inspect.getsource(provisioners._cf_function_create)"
    ),
    "a version has no attribute FunctionArn": (
        "'\"FunctionArn\":' not in inspect.getsource(provisioners._lambda_version_create)"
    ),
    "a bucket has no attribute DualStackDomainName": (
        "'DualStackDomainName' not in inspect.getsource(provisioners)"
    ),
    "events of the trail have no name where the path says the operation": (
        "app._ct_event_name('appflow', 'POST', '/create-flow', {}, {}) == 'POST.appflow'"
    ),
    "the trail shows what is secret within a member of a request": (
        "cloudtrail._scrub({'a': {'password': 'x'}}) == {'a': {'password': 'x'}}"
    ),
    "an alarm looks at metrics of other dimensions": "alarm['StateValue'] == 'ALARM'",
    "what has no request comes without TLS": "iam_evaluator._request_origin.get()[1] is False",
    "a custom resource waits for a function that can't start": (
        "'= _lambda_svc._execute_function_with_config_scope'"
        " not in inspect.getsource(custom_resource.invoke_custom_resource)"
    ),
}


@pytest.fixture(scope="module")
def answers() -> dict[str, bool]:
    return truths(PREPARE, FAULTS)


@pytest.mark.parametrize("fault", FAULTS)
def test_ministack_alone_still_has_the_fault_that(fault: str, answers: dict[str, bool]) -> None:
    assert answers[fault]
