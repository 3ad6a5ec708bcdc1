"""The library and the local cloud demand the same of a connector's configuration."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appflow_local.appflow.connectors.configuration import translate
from appflow_local.appflow.protocol.errors import AppFlowError
from cdk_appflow_connector.function.preflight.configuration_rules import broken_rules
from cdk_appflow_connector.function.preflight.finding import Finding
from harness.model.appflow import sdk_answer

AUTHENTICATION = sdk_answer()["authenticationConfig"]
OAUTH2 = AUTHENTICATION["oAuth2Defaults"]
PARAMETER = {"key": "k", "required": True, "label": "K", "description": "A key"}
CUSTOM = [{"authenticationType": "Mine", "authParameters": []}]


def authentication(**changes: object) -> dict[str, Any]:
    return {"authenticationConfig": {**AUTHENTICATION, **changes}}


def oauth2(**changes: object) -> dict[str, Any]:
    return authentication(oAuth2Defaults={**OAUTH2, **changes})


def setting(**changes: object) -> dict[str, Any]:
    return {"connectorRuntimeSetting": [{**sdk_answer()["connectorRuntimeSetting"][0], **changes}]}


def custom(**changes: object) -> dict[str, Any]:
    config = {"authenticationType": "Mine", "authParameters": [PARAMETER], **changes}
    return authentication(isCustomAuthSupported=True, customAuthConfig=[config])


def parameter(**changes: object) -> dict[str, Any]:
    return custom(authParameters=[{**PARAMETER, **changes}])


def is_registered_locally(answer: dict[str, Any]) -> bool:
    try:
        translate(answer)
    except AppFlowError:
        return False
    return True


def findings(answer: dict[str, Any]) -> list[Finding]:
    return list(broken_rules(answer))


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({"connectorName": "AWSome"}, "connectorName 'AWSome' must not start with aws, amazon,"),
        ({"connectorName": "AmazonBooks"}, "connectorName 'AmazonBooks' must not start with"),
        ({"connectorOwner": "appFlowers"}, "connectorOwner 'appFlowers' must not start with"),
        ({"connectorName": 1}, "connectorName 1 must be a string"),
        ({"connectorVersion": []}, "connectorVersion [] must be a string"),
        ({"connectorModes": ["SORCE"]}, "connectorModes has 'SORCE': give one of SOURCE, DEST"),
        ({"operatorsSupported": ["projection"]}, "operatorsSupported has 'projection': give one"),
        ({"supportedTriggerTypes": ["Event"]}, "supportedTriggerTypes has 'Event': give one of"),
        ({"supportedWriteOperations": ["PUT"]}, "supportedWriteOperations has 'PUT': give one of"),
        ({"triggerFrequenciesSupported": ["YEARLY"]}, "triggerFrequenciesSupported has 'YEARLY'"),
        ({"supportedDataTransferTypes": ["BLOB"]}, "supportedDataTransferTypes has 'BLOB': give"),
        (setting(scope="FLOW"), "connectorRuntimeSetting[0].scope has 'FLOW': give one of"),
        (setting(dataType="Text"), "connectorRuntimeSetting[0].dataType has 'Text': give one of"),
        (
            {"connectorRuntimeSetting": {"key": "a"}},
            "connectorRuntimeSetting {'key': 'a'} must be a",
        ),
        ({"supportedApiVersions": ["v 1"]}, "supportedApiVersions has 'v 1': give 1 to 256"),
        ({"supportedApiVersions": ["v" * 257]}, "supportedApiVersions has 'vvv"),
        ({"supportedApiVersions": [1]}, "supportedApiVersions: the version 1 must be a string"),
        (
            authentication(isApiKeyAuthSupported="yes"),
            "isApiKeyAuthSupported 'yes' must be true or",
        ),
        ({"connectorModes": []}, "connectorModes is empty: name at least one"),
        ({"connectorModes": "SOURCE"}, "connectorModes 'SOURCE' must be a list"),
        ({"supportedWriteOperations": []}, "supportedWriteOperations is empty, and connectorModes"),
        ({"supportedApiVersions": []}, "supportedApiVersions is empty: name at least one"),
        ({"operatorsSupported": []}, "operatorsSupported is empty: name at least one"),
        ({"supportedTriggerTypes": []}, "supportedTriggerTypes is empty: name at least one"),
        ({"supportedTriggerTypes": {}}, "supportedTriggerTypes {} must be a list"),
        (authentication(oAuth2Defaults=None), "isOAuth2Supported is true without oAuth2Defaults"),
        (authentication(oAuth2Defaults=["a"]), "oAuth2Defaults ['a'] must be an object"),
        (authentication(isOAuth2Supported=None), "oAuth2Defaults is given, but isOAuth2Supported"),
        (authentication(isOAuth2Supported=False), "oAuth2Defaults is given, but isOAuth2Supported"),
        (authentication(isCustomAuthSupported=True), "isCustomAuthSupported is true without"),
        (
            authentication(isCustomAuthSupported=True, customAuthConfig=[]),
            "isCustomAuthSupported is true without customAuthConfig",
        ),
        (authentication(customAuthConfig=CUSTOM), "customAuthConfig is given, but"),
        ({"authenticationConfig": []}, "authenticationConfig [] must be an object"),
        (oauth2(tokenURL=["http://a.b/c"]), "oAuth2Defaults.tokenURL 'http://a.b/c' is not an"),
        (oauth2(authURL=["ftp://a.b/c"]), "oAuth2Defaults.authURL 'ftp://a.b/c' is not an https"),
        (oauth2(authURL="https://a.b/c"), "oAuth2Defaults.authURL 'https://a.b/c' must be a list"),
        ({"logoURL": "http://a.b/c.png"}, "logoURL 'http://a.b/c.png' is not an https URL"),
        ({"logoURL": "https://a.b/c d"}, "logoURL 'https://a.b/c d' is not an https URL"),
        ({"logoURL": "//a.b/c"}, "logoURL '//a.b/c' is not an https URL"),
        ({"logoURL": 1}, "logoURL 1 must be a string"),
        ({"logoURL": f"https://a.b/{'c' * 256}"}, "logoURL has 268 characters: give 256 at most"),
        ({"connectorName": "n" * 257}, "connectorName has 257 characters: give 256 at most"),
        ({"connectorVersion": "1 0"}, "connectorVersion '1 0' must have characters, and no white"),
        (setting(label="l" * 129), "connectorRuntimeSetting[0].label has 129 characters: give 128"),
        (setting(key="a b"), "connectorRuntimeSetting[0].key 'a b' must have characters, and no"),
        (setting(description="d" * 1025), "connectorRuntimeSetting[0].description has 1025"),
        (oauth2(oAuthScopes=["all", "s" * 129]), "oAuth2Defaults.oAuthScopes[1] has 129"),
        (oauth2(tokenURL=[f"https://a.b/{'c' * 256}"]), "oAuth2Defaults.tokenURL[0] has 268"),
        (parameter(key=""), "customAuthConfig[0].authParameters[0].key '' must have characters"),
        (parameter(label="l" * 129), "customAuthConfig[0].authParameters[0].label has 129 char"),
    ],
)
def test_both_refuse_it_and_the_library_says_why(changes: dict[str, Any], finding: str) -> None:
    answer = sdk_answer(**changes)
    (found,) = findings(answer)
    assert found.text.startswith(finding)
    assert found.is_error
    assert not is_registered_locally(answer)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"connectorName": "Lawson", "connectorOwner": "The Amazonas"},
        {"connectorVersion": "aws-1"},
        {"connectorModes": ["SOURCE"], "supportedWriteOperations": []},
        {"supportedWriteOperations": None, "operatorsSupported": None},
        {"supportedTriggerTypes": None, "triggerFrequenciesSupported": None},
        {"authenticationConfig": None},
        authentication(isOAuth2Supported=None, oAuth2Defaults=None),
        authentication(isCustomAuthSupported=True, customAuthConfig=CUSTOM),
        authentication(customAuthConfig=[]),
        oauth2(tokenURL=["https://{{SUBDOMAIN}}.example.com/token"], authURL=None),
        {"logoURL": ""},
        {"logoURL": "https://example.com/logo.png?x=1"},
        {"newInTheNextSdk": {"a": [1]}},
    ],
)
def test_neither_has_anything_against_it(changes: dict[str, Any]) -> None:
    answer = sdk_answer(**changes)
    assert findings(answer) == []
    assert is_registered_locally(answer)


@pytest.mark.parametrize(
    "key",
    [
        "connectorOwner",
        "connectorName",
        "connectorVersion",
        "connectorModes",
        "supportedApiVersions",
    ],
)
def test_a_key_that_awss_sdk_always_sends_is_only_missed(key: str) -> None:
    answer = sdk_answer()
    del answer[key]
    text = f"{key} is missing: AWS's SDK always sends it"
    assert findings(answer) == [Finding(text, is_error=False)]
    assert not is_registered_locally(answer)


@pytest.mark.parametrize("key", ["key", "dataType", "required", "label", "description", "scope"])
def test_a_key_that_a_setting_lacks_is_missed(key: str) -> None:
    answer = sdk_answer(**setting(**{key: None}))
    text = f"connectorRuntimeSetting[0].{key} is missing: AWS's SDK always sends it"
    assert findings(answer) == [Finding(text, is_error=False)]
    assert not is_registered_locally(answer)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        (custom(authenticationType=None), "customAuthConfig[0].authenticationType"),
        (custom(authParameters=None), "customAuthConfig[0].authParameters"),
        *(
            (parameter(**{key: None}), f"customAuthConfig[0].authParameters[0].{key}")
            for key in PARAMETER
        ),
        (oauth2(tokenURL=None), "oAuth2Defaults.tokenURL"),
        (oauth2(oAuth2GrantTypesSupported=None), "oAuth2Defaults.oAuth2GrantTypesSupported"),
        (
            oauth2(oAuth2CustomProperties=[PARAMETER]),
            "oAuth2Defaults.oAuth2CustomProperties[0].type",
        ),
    ],
)
def test_a_key_that_authentication_lacks_is_missed(changes: dict[str, Any], place: str) -> None:
    answer = sdk_answer(**changes)
    text = f"{place} is missing: AWS's SDK always sends it"
    assert findings(answer) == [Finding(text, is_error=False)]
    assert not is_registered_locally(answer)


def test_a_misspelt_key_beside_one_that_is_missing_is_named() -> None:
    answer = sdk_answer()
    answer["connectorversion"] = answer.pop("connectorVersion")
    (found,) = findings(answer)
    assert found.text.endswith("always sends it; did you mean it by 'connectorversion'?")
    (found,) = findings(sdk_answer(**parameter(label=None, lable="K")))
    assert found.text.endswith("; did you mean it by 'lable'?")


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from(["", "aws", "Crm", "SOURCE", "https://a.b", "http://a.b"]),
    st.lists(st.sampled_from([1, None, "", "SOURCE", "DESTINATION", "INSERT", "https://a.b"])),
    st.just({}),
    st.just(OAUTH2),
    st.just(AUTHENTICATION),
)
KEYS = st.sampled_from(sorted(sdk_answer()))
INNER_KEYS = st.sampled_from(sorted(AUTHENTICATION))


@given(st.dictionaries(KEYS, VALUES), st.dictionaries(INNER_KEYS, VALUES))
def test_whatever_a_connector_answers_the_library_finds_nothing_that_the_cloud_would_register(
    changes: dict[str, Any], inner: dict[str, Any]
) -> None:
    answer = sdk_answer(**{**authentication(**inner), **changes})
    if findings(answer):
        assert not is_registered_locally(answer)
