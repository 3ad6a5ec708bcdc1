"""The names that the adapter takes from MiniStack, and how they must behave.

MiniStack promises none of them. When its pin is raised and one of these fails, the adapter is the
only file to change. They run in the local cloud's own environment.
"""

from __future__ import annotations

import pytest

from harness.cloud.ministack_alone import truths

IMPORTS = """
import asyncio, inspect, json, os, sys
from ministack import app
from ministack.core import iam_actions, iam_evaluator, lambda_runtime, persistence
from ministack.core import responses, router
from ministack.services import cloudformation, glue, iam, kms, lambda_svc, s3, secretsmanager, sts
from ministack.services.cloudformation import (
    changesets, custom_resource, handlers, provisioners, stacks
)
"""

EXPECTATIONS = {
    "services are looked up by name at each request": (
        "isinstance(app.SERVICE_HANDLERS, dict) and 'appflow' not in app.SERVICE_HANDLERS"
    ),
    "a service that is known by name is not looked for in botocore": (
        "isinstance(router.SERVICE_PATTERNS, dict) and 'appflow' not in router.SERVICE_PATTERNS"
    ),
    # As the adapter makes it known; else it would read all of botocore's models, for seconds.
    "a request goes to the service that its signature names": (
        "not router.SERVICE_PATTERNS.update(appflow={'host_patterns': [r'^appflow\\.']})"
        " and router.detect_service('POST', '/list-connectors', {'authorization': "
        "'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/appflow/aws4_request, "
        "SignedHeaders=host, Signature=0'}, {}) == 'appflow'"
        " and 'botocore.session' not in sys.modules"
    ),
    "a handler takes method, path, headers, body and query": (
        "list(inspect.signature(app.SERVICE_HANDLERS['s3']).parameters)"
        " == ['method', 'path', 'headers', 'body', 'query_params']"
    ),
    "Glue finds a script by one function": (
        "glue._resolve_script(os.devnull) == os.devnull and isinstance(glue.S3_DATA_DIR, str)"
    ),
    "a function in Python gets botocore before its handler, by one line": (
        "lambda_runtime._PYTHON_WORKER_SCRIPT.count('\\n    _ms_install_invoke_depth()\\n') == 1"
    ),
    "enforcement is switched by AUTH": "isinstance(app.AUTH, bool)",
    "enforce takes a resource and condition keys and says None for yes": (
        "{'resource_arn', 'service_context'}"
        " <= set(inspect.signature(iam_evaluator.enforce).parameters)"
    ),
    "a resource policy is evaluated for a service": (
        "iam_evaluator.evaluate_resource_policy({'Statement': [{'Effect': 'Allow', 'Principal': "
        "{'Service': 'appflow.amazonaws.com'}, 'Action': 'lambda:InvokeFunction', "
        "'Resource': '*'}]}, iam_evaluator.EvalContext(principal_arn='*', "
        "principal_type='Service', principal_account='', action='lambda:InvokeFunction', "
        "resource_arn='arn:aws:lambda:us-east-1:000000000000:function:f', region='us-east-1', "
        "service_context={}), 'appflow.amazonaws.com').decision == 'Allow'"
    ),
    "keys are found by their ARN, with state, kind and use": (
        "(key := json.loads(kms._create_key({})[2])['KeyMetadata'])"
        " and kms._resolve_key(key['Arn'])['Arn'] == key['Arn']"
        " and kms._resolve_key(key['Arn'])['KeyState'] == 'Enabled'"
        " and kms._resolve_key(key['Arn'])['KeySpec'] == 'SYMMETRIC_DEFAULT'"
        " and kms._resolve_key(key['Arn'])['KeyUsage'] == 'ENCRYPT_DECRYPT'"
        " and kms._resolve_key('arn:aws:kms:us-east-1:000000000000:key/none') is None"
    ),
    "a secret's key is a member of its record": (
        "secretsmanager.create_secret_in_process('appflow!k', 'x')"
        " and 'KmsKeyId' in secretsmanager._secrets['appflow!k']"
    ),
    "an object carries the key that it is put with": (
        "s3._create_bucket('keyed', b'', {})[0] == 200"
        " and s3._put_object('keyed', 'k', b'x', {'x-amz-server-side-encryption': 'aws:kms',"
        " 'x-amz-server-side-encryption-aws-kms-key-id': 'arn'})[0] == 200"
        " and s3._get_object('keyed', 'k', {})[1]['x-amz-server-side-encryption-aws-kms-key-id']"
        " == 'arn'"
    ),
    "objects have the time of their last change": (
        "s3._create_bucket('timed', b'', {})[0] == 200"
        " and s3._put_object('timed', 'k', b'x', {})[0] == 200"
        " and s3._buckets.get('timed')['objects']['k']['last_modified'].endswith('Z')"
    ),
    "tables and partitions of Glue are kept by the names of their databases": (
        "glue._create_database({'DatabaseInput': {'Name': 'D'}})[0] == 200"
        " and list(glue._databases) == ['D']"
        " and glue._create_table({'DatabaseName': 'D', 'TableInput': {'Name': 't'}})[0] == 200"
        " and glue._update_table({'DatabaseName': 'D', 'TableInput': {'Name': 't'}})[0] == 200"
        " and 'D/t' in glue._tables"
        " and glue._create_partition({'DatabaseName': 'D', 'TableName': 't',"
        " 'PartitionInput': {'Values': ['1']}})[0] == 200"
        " and glue._partitions['D/t'][0]['Values'] == ['1']"
        " and glue._delete_partition({'DatabaseName': 'D', 'TableName': 't',"
        " 'PartitionValues': ['1']})[0] == 200"
        " and not glue._partitions['D/t']"
        " and glue._create_table({'DatabaseName': 'none', 'TableInput': {'Name': 't'}})[0] == 400"
    ),
    "a role has its ARN and trust policy": (
        "iam._roles.get('none') is None"
        " and {'_roles'} <= set(vars(iam))"
        " and '\"AssumeRolePolicyDocument\"' in inspect.getsource(iam)"
    ),
    "a session's policies are those of its role": (
        "list(inspect.signature(iam_evaluator.resolve_principal).parameters)[:2]"
        " == ['access_key_id', 'account_id']"
        " and list(inspect.signature(iam_evaluator.evaluate).parameters)[0] == 'ctx'"
    ),
    "the trail is written by two functions": (
        "list(inspect.signature(app._ct_event_name).parameters)"
        " == ['service', 'method', 'path', 'headers', 'query_params']"
        " and list(inspect.signature(app._maybe_record_cloudtrail).parameters)[:5]"
        " == ['service', 'method', 'path', 'headers', 'body']"
    ),
    "the caller's ARN is pinned": "iam_evaluator.caller_arn().endswith(':root')",
    "functions are found by ARN": (
        "lambda_svc._get_func_record_for_ref("
        "'arn:aws:lambda:us-east-1:000000000000:function:none')[0] is None"
    ),
    "the metrics of an invocation are kept by one function": (
        "list(inspect.signature(lambda_svc._emit_lambda_metrics).parameters)"
        " == ['function_name', 'duration_ms', 'error', 'throttle']"
    ),
    "functions run in the scope of their ARN": (
        "callable(lambda_svc._execution_record_for_config)"
        " and callable(lambda_svc._execute_function_with_config_scope)"
    ),
    "the interpreter of functions, and what it runs, are chosen by runtime": (
        "all(len(lambda_runtime._detect_runtime_binary(each)) == 2"
        " for each in ('python3.13', 'nodejs22.x'))"
        " and '_detect_runtime_binary' in lambda_runtime.Worker._spawn.__code__.co_names"
        " and not lambda_runtime._detect_runtime_binary('nodejs22.x')[1].startswith('#!')"
    ),
    "a function is unpacked in the temporary folder, where Node.js looks upwards": (
        "'mkdtemp' in lambda_runtime.Worker._spawn.__code__.co_names"
    ),
    "a function's output is read by one method and drained by another, from a queue": (
        "'_drain_stderr_bounded' in lambda_runtime.Worker.invoke.__code__.co_names"
        " and '_read_stderr' in lambda_runtime.Worker._spawn.__code__.co_names"
        " and '_pump_output' in lambda_runtime.ProvidedWorker._spawn.__code__.co_names"
        " and '_stderr_queue' in vars(lambda_runtime.Worker('f', {}, b''))"
        " and '_real_stdout = sys.stdout' in lambda_runtime._PYTHON_WORKER_SCRIPT"
        " and 'process.stdout.write.bind' in lambda_runtime._NODEJS_WORKER_SCRIPT"
    ),
    "a service's answers are typed by what its model says of it": (
        "list(inspect.signature(responses._service_model).parameters) == ['service']"
        " and '_service_model' in responses._expected_envelope_content_type.__code__.co_names"
        " and responses._BOTOCORE_NAME['states'] == 'stepfunctions'"
    ),
    "a function's process is started by one method": (
        "all('_spawn' in each.invoke.__code__.co_names"
        " for each in (lambda_runtime.Worker, lambda_runtime.ProvidedWorker))"
        " and lambda_runtime.Worker('f', {}, b'')._drain_stderr() == ''"
    ),
    "functions are executed by one function for each kind of runtime": (
        "all(list(inspect.signature(each).parameters) == ['func', 'event', 'request_id']"
        " and each.__name__ in lambda_svc._execute_function_dispatch.__code__.co_names"
        " for each in (lambda_svc._execute_function_warm,"
        " lambda_svc._execute_function_provided_warm,"
        " lambda_svc._execute_function_provided, lambda_svc._execute_function_docker))"
    ),
    "a function without code is answered for": (
        "lambda_svc._execute_function_warm({'config': {}}, {}, 'id')"
        " == {'body': {'statusCode': 200, 'body': 'Mock response - no code deployed'}}"
        " and 'Mock response - no bootstrap binary found'"
        " in repr(lambda_svc._execute_function_provided.__code__.co_consts)"
    ),
    "a program of its own is started from the folder of its code, with what it said if it failed": (
        "list(inspect.signature(lambda_runtime.ProvidedWorker._spawn).parameters)"
        " == ['self', 'init_timeout']"
        " and {'code_zip', '_init_error'}"
        " <= set(vars(lambda_runtime.ProvidedWorker('f', {}, b'')))"
        " and lambda_runtime.ProvidedRuntimeError('text', 'type').error_type == 'type'"
        " and {'_provided_runtime_code_dir', '_provided_worker_env'}"
        " <= set(lambda_runtime.ProvidedWorker._spawn.__code__.co_names)"
    ),
    "a layer's content is found": (
        "list(inspect.signature(lambda_svc._resolve_layer_zip).parameters) == ['attachment']"
    ),
    "a function is created and configured by two functions, and in stacks by handlers": (
        "[list(inspect.signature(each).parameters) for each in (lambda_svc._create_function,"
        " lambda_svc._update_config, provisioners._RESOURCE_HANDLERS['AWS::Lambda::Function']"
        "['create'], provisioners._RESOURCE_HANDLERS['AWS::Lambda::Function']['update'])]"
        " == [['data'], ['name', 'data'], ['logical_id', 'props', 'stack_name'],"
        " ['physical_id', 'old_props', 'new_props', 'stack_name', 'logical_id']]"
        " and lambda_svc._proxy_url_for({'FunctionName': 'f'}) is None"
    ),
    "buckets of stacks still lack their tags": (
        "'AWS::S3::Bucket' not in provisioners._STACK_TAG_PROPERTY"
        " and '_bucket_tags' not in provisioners._s3_create.__code__.co_names"
        " and provisioners._tag_map([{'Key': 'a', 'Value': 'b'}]) == {'a': 'b'}"
        " and list(inspect.signature(provisioners._s3_update).parameters)[-2] == 'new_props'"
        " and list(inspect.signature(provisioners._s3_create).parameters)[-2] == 'props'"
        " and hasattr(s3._bucket_tags, 'pop')"
    ),
    "the process of a function is made by a class that its configuration chooses": (
        "list(inspect.signature(lambda_runtime._worker_class_for({'Runtime': 'python3.13'}))"
        ".parameters) == ['func_name', 'config', 'code_zip']"
        " and '_worker_class_for' in lambda_runtime.acquire_worker.__code__.co_names"
    ),
    "functions can be ended": "callable(lambda_runtime.reset)",
    "a secret is created once, replaced and deleted in process": (
        "(made := secretsmanager.create_secret_in_process('appflow!a', 'one'))"
        " and secretsmanager.create_secret_in_process('appflow!a', 'two') is None"
        " and secretsmanager.put_secret_value_in_process(made, 'two')"
        " and secretsmanager.resolve_secret_string(made) == 'two'"
        " and secretsmanager.delete_secret_in_process(made)"
        " and secretsmanager.resolve_secret_string(made) is None"
        " and secretsmanager.put_secret_value_in_process(made, 'three') is False"
        " and secretsmanager.delete_secret_in_process(made) is False"
    ),
    "CloudFormation's types, and what it knows of each, are in tables": (
        "all(isinstance(table, dict) and 'AWS::AppFlow::Flow' not in table"
        " and 'AWS::Lambda::Function' in table for table in (provisioners._RESOURCE_HANDLERS,"
        " provisioners._REPLACING_PROPERTIES, provisioners._CUSTOM_NAME_REPLACEMENT,"
        " provisioners._STACK_TAG_PROPERTY))"
    ),
    "a type's handlers take a resource as they did": (
        "list(inspect.signature(provisioners._provision_resource).parameters)"
        " == ['resource_type', 'logical_id', 'props', 'stack_name']"
        " and 'update_with_logical_id' in provisioners._RESOURCE_HANDLERS['AWS::SSM::Parameter']"
    ),
    "a generated name has the stack's and the resource's": (
        "provisioners._physical_name('Shop', 'Connector', max_len=256).startswith("
        "'Shop-Connector-')"
    ),
    "a stack's operations, and the steps of each, are functions of one module": (
        "[list(inspect.signature(each).parameters) for each in (stacks._deploy_stack_async,"
        " stacks._roll_back_operation, stacks._continue_update_rollback_async,"
        " stacks._update_resource, stacks._delete_resource, stacks._add_event)] =="
        " [['stack_name', 'stack_id', 'template', 'param_values', 'disable_rollback', 'tags',"
        " 'is_update', 'previous_stack', 'retain_except_on_create', 'imports'],"
        " ['stack_name', 'stack_id', 'stack', 'operation', 'reason_override'],"
        " ['stack_name', 'stack_id', 'resources_to_skip'],"
        " ['resource_type', 'physical_id', 'old_props', 'new_props', 'stack_name', 'logical_id',"
        " 'old_attrs'],"
        " ['resource_type', 'physical_id', 'props', 'stack_name', 'logical_id'],"
        " ['stack_id', 'stack_name', 'logical_id', 'resource_type', 'status', 'reason',"
        " 'physical_id', 'detailed_status']]"
    ),
    "a rollback needs of a failed operation what it did": (
        "set(stacks._failed_operation(False, None, [], None, None, [], False, {}, {}, False,"
        " [], [])) == {'is_update', 'previous_stack', 'created', 'failed_update',"
        " 'failed_logical_id', 'replaced_ids', 'cancelled', 'template', 'param_values',"
        " 'retain_except_on_create', 'stack_tags', 'previous_tags', 'imports'}"
    ),
    "requests are answered by a table of actions": (
        "{'CreateChangeSet', 'DescribeChangeSet', 'ContinueUpdateRollback'}"
        " <= set(handlers._ACTION_HANDLERS)"
        " and handlers._error('ValidationError', 'no')[0] == 400"
    ),
    "a stack is deleted in the reverse of its topological order": (
        "stacks._topological_sort({'B': {'DependsOn': 'A'}, 'A': {}}, {}) == ['A', 'B']"
        " and '_topological_sort' in stacks._delete_stack_async.__code__.co_names"
        " and stacks._extract_deps({'DependsOn': 'A'}, {'A'}) == {'A'}"
    ),
    "a custom resource's answer is delivered by the end of its URL": (
        "custom_resource._response_url('token').endswith('/token')"
        " and custom_resource.deliver_response('none', {}) is False"
    ),
    "a function's policies are changed by three functions": (
        "[list(inspect.signature(each).parameters) for each in (lambda_svc._add_permission,"
        " lambda_svc._remove_permission, lambda_svc._get_policy)] =="
        " [['func_name', 'data', 'query_params', 'path_qualifier'],"
        " ['func_name', 'sid', 'query_params', 'path_qualifier'],"
        " ['func_name', 'query_params', 'path_qualifier']]"
        " and lambda_svc._policy_resource_arn('f', 'live').endswith(':function:f:live')"
    ),
    "a custom resource is updated by one function": (
        "list(inspect.signature(provisioners._custom_resource_update).parameters)"
        " == ['physical_id', 'old_props', 'new_props', 'stack_name', 'logical_id', 'resource_type']"
        " and '_custom_resource_update' in provisioners._update_resource.__code__.co_names"
    ),
    "a type that waits runs on a thread of its own": (
        "stacks._runs_on_worker_thread('Custom::Any')"
        " and not stacks._runs_on_worker_thread('AWS::AppFlow::Flow')"
    ),
    "stacks and change sets are found by name": (
        "handlers._resolve_stack('none') is None"
        " and changesets._find_change_set('none', 'none') == (None, None)"
    ),
    "stacks of all accounts and Regions are in one dictionary": (
        "cloudformation._stacks._data == {}"
    ),
    "a session stands for its role": (
        "sts.register_session('ASIAROLE', {'Arn': "
        "'arn:aws:sts::000000000000:assumed-role/Able/AWSCloudFormation', 'UserId': 'x', "
        "'SecretAccessKey': 'x', 'SessionToken': 'x'}) is None"
        " and iam_evaluator.resolve_principal('ASIAROLE', '000000000000').type == 'AssumedRole'"
    ),
    "every service gives and takes its state": (
        "all(callable(app._get_module(app._state_map[key]).load_persisted_state)"
        " for key in ('iam', 's3', 'lambda', 'secretsmanager', 'cloudformation', 'ssm'))"
        " and {'lambda', 'cloudformation'} <= set(app._build_persistence_save_dict())"
    ),
    "state becomes JSON and back": (
        "json.loads(json.dumps({'x': b'bytes'}, default=persistence._json_default),"
        " object_hook=persistence._json_object_hook) == {'x': b'bytes'}"
    ),
    "the code of functions is kept by its digest": (
        "list(inspect.signature(lambda_svc._prune_orphan_code_blobs).parameters) == ['referenced']"
    ),
    "a function's state names the file of its code": (
        "lambda_svc._externalize_code_zip("
        "{'code_zip': {lambda_svc._BLOB_REF_KEY: 'digest'}}, found := set()) is None"
        " and found == {'digest'} and isinstance(lambda_svc.CODE_BLOB_DIR, str)"
    ),
    "the folder of a deleted bucket is deleted by one function": (
        "list(inspect.signature(s3._delete_persisted_bucket).parameters) == ['name']"
        " and '_delete_persisted_bucket' in s3._delete_bucket.__code__.co_names"
        " and isinstance(s3.DATA_DIR, str)"
    ),
    "an object's files are written by functions that log what fails": (
        "all('Failed to persist' in repr(each.__code__.co_consts)"
        " for each in (s3._persist_object, s3._persist_delete_marker,"
        " s3._persist_displaced_version))"
        " and list(inspect.signature(s3._atomic_write).parameters) == ['fpath', 'data', 'text']"
        " and '_atomic_write' in s3._persist_object.__code__.co_names"
    ),
    "every write of an object is recorded with what it displaces": (
        "all('_record_object_version' in getattr(s3, name).__code__.co_names for name in"
        " ('_put_object', '_post_object', '_copy_object', '_complete_multipart_upload'))"
        " and list(inspect.signature(s3._record_object_version).parameters)[:3]"
        " == list(inspect.signature(s3._record_delete_marker).parameters)"
        " == ['bucket_name', 'key', 'prior_obj']"
    ),
    "S3 still answers 200 for an object that it failed to write": (
        "'_persist_object' in s3._put_object.__code__.co_names"
        " and s3._persist_object('none', 'key', {'body': 1}) is None"
    ),
    "an object is read by one function, and measured and digested when it is put": (
        "'_read_body' in s3._get_object.__code__.co_names"
        " and list(inspect.signature(s3._read_body).parameters) == ['bucket_name', 'key', 'obj']"
        " and 'md5_hash' in s3._put_object.__code__.co_names"
        " and callable(s3._object_disk_path) and hasattr(s3._bucket_replication, 'get')"
    ),
    "what is kept for each version of an object": (
        "all(hasattr(getattr(s3, name), 'pop') for name in ('_object_versions', '_object_tags',"
        " '_object_acl', '_object_annotations', '_object_retention', '_object_legal_hold',"
        " '_multipart_uploads'))"
    ),
    "an event of an object is sent by one function": (
        "'_fire_s3_event_async' in s3._put_object.__code__.co_names"
    ),
    "the action of a request is known, and how a service refuses one": (
        "iam_actions.extract_iam_action('sqs', 'POST', '/', {'x-amz-target': "
        "'AmazonSQS.CreateQueue'}, b'', {}) == 'sqs:CreateQueue'"
        " and b'<Code>Full</Code>' in iam_actions.access_denied_response("
        "'iam', 'iam:CreateUser', '', '1', error_code='Full', message='m', headers={})[2]"
    ),
    "its own persistence is off": "persistence.PERSIST_STATE is False",
    "account and region are those of the request": (
        "bool(responses.get_account_id()) and bool(responses.get_region())"
    ),
    "a thread can be put into another account and region": (
        "(scope := responses.request_scope('111111111111', 'eu-west-1')).__enter__() is None"
        " and (responses.get_account_id(), responses.get_region())"
        " == ('111111111111', 'eu-west-1')"
        " and not scope.__exit__(None, None, None)"
        " and responses.get_account_id() != '111111111111'"
    ),
    "a bucket is found in its account, with its region": (
        "s3._create_bucket('lake', b'', {})[0] == 200 and s3._buckets.get('none') is None"
        " and s3._buckets.get('lake')['region'] == responses.get_region()"
    ),
    "objects are put, listed and got in process": (
        "s3._put_object('lake', 'a/b', b'body', {'content-type': 'text/csv'})[0] == 200"
        " and {key: item['size'] for key, item in s3._buckets.get('lake')['objects'].items()}"
        " == {'a/b': 4}"
        " and s3._get_object('lake', 'a/b', {})[::2] == (200, b'body')"
        " and s3._get_object('lake', 'a/b', {})[1]['Content-Type'] == 'text/csv'"
        " and s3._get_object('lake', 'c', {})[0] == 404"
    ),
    "a refused object says why": (
        "b'<Message>' in s3._put_object('lake', 'c', b'', {'x-amz-acl': 'nonsense'})[2]"
    ),
    "the policy of a bucket is its text": (
        "s3._put_bucket_policy('lake', b'{\"Statement\": []}')[0] in (200, 204)"
        " and s3._bucket_policies.get('lake') == '{\"Statement\": []}'"
        " and s3._bucket_policies.get('none') is None"
    ),
}


@pytest.fixture(scope="module")
def answers() -> dict[str, bool]:
    return truths(IMPORTS, EXPECTATIONS)


@pytest.mark.parametrize("expectation", EXPECTATIONS)
def test_ministack_is_still_such_that(expectation: str, answers: dict[str, bool]) -> None:
    assert answers[expectation]


PREPARE = """
import sys
from appflow_local import ministack_adapter
from appflow_local.ministack_adapter.host import _texts_in
from appflow_local.ministack_adapter.output_end import END_MARK, output_of_invocation
from appflow_local.ministack_adapter.service_protocols import _metadata, read_protocols_alone
from ministack import app
from ministack.core import lambda_runtime, responses
from ministack.services.cloudformation import provisioners
read_protocols_alone()
typed = responses.expected_success_content_type
worker = lambda_runtime.Worker("f", {}, b"")
printed = worker._stderr_queue
nested = '{"a": "1", "b": {"c": "2", "d": ["3", {"e": "4"}]}, "f": 5}'
"""
OF_THE_ADAPTER = {
    "an invocation's output ends at the mark": (
        "[printed.put(line) for line in ('one', '', END_MARK + '1', 'two' + END_MARK + '2',"
        " 'late', END_MARK + '3', END_MARK + '4')]"
        " and [output_of_invocation(worker) for _ in '12'] == ['one\\n', 'two']"
        " and setattr(printed, 'ended', 3) is None"  # as if the third had been waited for too long
        " and output_of_invocation(worker) == '' and printed.empty()"
    ),
    "the texts in a secret are found at every depth": (
        "list(_texts_in(nested)) == [('a', '1'), ('c', '2'), ('d', '3'), ('e', '4')]"
    ),
    "they are found in a list": 'list(_texts_in(\'["1"]\')) == [(None, "1")]',
    "a secret may be a text": "list(_texts_in('1')) == [(None, '1')]",
    "CloudFormation loads a service when a stack needs it": (
        "'ministack.services.sqs' not in sys.modules"
        " and callable(provisioners._sqs.get_state)"
        " and provisioners._sqs.get_state is sys.modules['ministack.services.sqs'].get_state"
        " and 'sqs' in app._build_persistence_save_dict()"
    ),
    # Before botocore's session is loaded by the next.
    "answers are typed by a service's protocol, read alone": (
        "(typed('iam', 'application/xml'), typed('sqs', 'application/json'),"
        " typed('states', 'application/json'), typed('appflow', 'application/json'))"
        " == ('text/xml', *['application/x-amz-json-1.0'] * 2, 'application/json')"
        " and 'botocore.session' not in sys.modules"
    ),
    "what is read of a model is what botocore has of it, and the rest is botocore's": (
        "all(_metadata(name) == (__import__('botocore.session').session.get_session()"
        ".get_service_model(name).metadata) for name in ('ec2', 's3', 'sts', 'cloudformation'))"
        " and _metadata('none') is None and responses._service_model('none') is None"
        " and 'ListQueues' in responses._service_model('sqs').operation_names"
    ),
    "what it sets in a service is set in the service": (
        "setattr(provisioners._ec2, 'mark', 1) is None"
        " and sys.modules['ministack.services.ec2'].mark == 1"
    ),
}


def test_the_adapter_is_such_that() -> None:
    assert truths(PREPARE, OF_THE_ADAPTER) == dict.fromkeys(OF_THE_ADAPTER, True)
