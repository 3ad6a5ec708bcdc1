"""Every property of the AppFlow types that the emulator takes, and the API's parameters for it."""

CREDENTIALS = {
    "AuthenticationType": "OAUTH2",
    "Oauth2": {
        "ClientId": "me",
        "ClientSecret": "s3cret",
        "AccessToken": "access",
        "RefreshToken": "refresh",
        "OAuthRequest": {"AuthCode": "code", "RedirectUri": "https://example.com"},
    },
    "Basic": {"Username": "ann", "Password": "s3cret"},
    "ApiKey": {"ApiKey": "key", "ApiSecretKey": "more"},
    "Custom": {"CustomAuthenticationType": "Token", "CredentialsMap": {"token": "t"}},
}
PROFILE = {
    "ConnectorProfileName": "prod",
    "ConnectorType": "CustomConnector",
    "ConnectorLabel": "Orders",
    "ConnectionMode": "Public",
    "KMSArn": "arn:aws:kms:eu-west-1:123456789012:key/1",
    "ConnectorProfileConfig": {
        "ConnectorProfileProperties": {
            "CustomConnector": {
                "ProfileProperties": {"serverUrl": "https://shop.example"},
                "OAuth2Properties": {
                    "TokenUrl": "https://id.example/token",
                    "OAuth2GrantType": "CLIENT_CREDENTIALS",
                    "TokenUrlCustomProperties": {"audience": "shop"},
                },
            }
        },
        "ConnectorProfileCredentials": {"CustomConnector": CREDENTIALS},
    },
}
PROFILE_PARAMETERS = {
    "connectorProfileName": "prod",
    "connectorType": "CustomConnector",
    "connectorLabel": "Orders",
    "connectionMode": "Public",
    "kmsArn": "arn:aws:kms:eu-west-1:123456789012:key/1",
    "connectorProfileConfig": {
        "connectorProfileProperties": {
            "CustomConnector": {
                "profileProperties": {"serverUrl": "https://shop.example"},
                "oAuth2Properties": {
                    "tokenUrl": "https://id.example/token",
                    "oAuth2GrantType": "CLIENT_CREDENTIALS",
                    "tokenUrlCustomProperties": {"audience": "shop"},
                },
            }
        },
        "connectorProfileCredentials": {
            "CustomConnector": {
                "authenticationType": "OAUTH2",
                "oauth2": {
                    "clientId": "me",
                    "clientSecret": "s3cret",
                    "accessToken": "access",
                    "refreshToken": "refresh",
                    "oAuthRequest": {"authCode": "code", "redirectUri": "https://example.com"},
                },
                "basic": {"username": "ann", "password": "s3cret"},
                "apiKey": {"apiKey": "key", "apiSecretKey": "more"},
                "custom": {"customAuthenticationType": "Token", "credentialsMap": {"token": "t"}},
            }
        },
    },
}
CONNECTOR_SOURCE = {
    "ConnectorType": "CustomConnector",
    "ApiVersion": "v1",
    "ConnectorProfileName": "prod",
    "IncrementalPullConfig": {"DatetimeTypeFieldName": "Changed"},
    "SourceConnectorProperties": {
        "CustomConnector": {
            "EntityName": "Order",
            "CustomProperties": {"view": "all"},
            "DataTransferApi": {"Name": "bulk", "Type": "SYNC"},
        }
    },
}
S3_DESTINATION = {
    "ConnectorType": "S3",
    "DestinationConnectorProperties": {
        "S3": {
            "BucketName": "lake",
            "BucketPrefix": "orders",
            "S3OutputFormatConfig": {
                "FileType": "PARQUET",
                "PreserveSourceDataTyping": "true",
                "PrefixConfig": {
                    "PrefixType": "PATH",
                    "PrefixFormat": "DAY",
                    "PathPrefixHierarchy": ["EXECUTION_ID"],
                },
                "AggregationConfig": {"AggregationType": "SingleFile", "TargetFileSize": "128"},
            },
        }
    },
}
FLOW = {
    "FlowName": "nightly",
    "Description": "Every order",
    "KMSArn": "arn:aws:kms:eu-west-1:123456789012:key/1",
    "Tags": [{"Key": "team", "Value": "sales"}],
    "TriggerConfig": {
        "TriggerType": "Scheduled",
        "TriggerProperties": {
            "ScheduleExpression": "rate(1hour)",
            "DataPullMode": "Incremental",
            "ScheduleStartTime": 1767225600,
            "ScheduleEndTime": "1767229200",
            "TimeZone": "Europe/Berlin",
            "ScheduleOffset": "60",
            "FirstExecutionFrom": 1767139200.5,
            "FlowErrorDeactivationThreshold": 3,
        },
    },
    "SourceFlowConfig": CONNECTOR_SOURCE,
    "DestinationFlowConfigList": [S3_DESTINATION],
    "MetadataCatalogConfig": {
        "GlueDataCatalog": {
            "DatabaseName": "db",
            "RoleArn": "arn:aws:iam::1:role/r",
            "TablePrefix": "p",
        }
    },
    "Tasks": [
        {
            "TaskType": "Filter",
            "SourceFields": ["Id", "Name"],
            "DestinationField": "Id",
            "ConnectorOperator": {"CustomConnector": "PROJECTION"},
            "TaskProperties": [{"Key": "DATA_TYPE", "Value": "String"}],
        }
    ],
}
FLOW_PARAMETERS = {
    "flowName": "nightly",
    "description": "Every order",
    "kmsArn": "arn:aws:kms:eu-west-1:123456789012:key/1",
    "tags": {"team": "sales"},
    "triggerConfig": {
        "triggerType": "Scheduled",
        "triggerProperties": {
            "Scheduled": {
                "scheduleExpression": "rate(1hour)",
                "dataPullMode": "Incremental",
                "scheduleStartTime": 1767225600,
                "scheduleEndTime": 1767229200,
                "timezone": "Europe/Berlin",
                "scheduleOffset": 60,
                "firstExecutionFrom": 1767139200.5,
                "flowErrorDeactivationThreshold": 3,
            }
        },
    },
    "sourceFlowConfig": {
        "connectorType": "CustomConnector",
        "apiVersion": "v1",
        "connectorProfileName": "prod",
        "incrementalPullConfig": {"datetimeTypeFieldName": "Changed"},
        "sourceConnectorProperties": {
            "CustomConnector": {
                "entityName": "Order",
                "customProperties": {"view": "all"},
                "dataTransferApi": {"Name": "bulk", "Type": "SYNC"},
            }
        },
    },
    "destinationFlowConfigList": [
        {
            "connectorType": "S3",
            "destinationConnectorProperties": {
                "S3": {
                    "bucketName": "lake",
                    "bucketPrefix": "orders",
                    "s3OutputFormatConfig": {
                        "fileType": "PARQUET",
                        "preserveSourceDataTyping": True,
                        "prefixConfig": {
                            "prefixType": "PATH",
                            "prefixFormat": "DAY",
                            "pathPrefixHierarchy": ["EXECUTION_ID"],
                        },
                        "aggregationConfig": {
                            "aggregationType": "SingleFile",
                            "targetFileSize": 128,
                        },
                    },
                }
            },
        }
    ],
    "metadataCatalogConfig": {
        "glueDataCatalog": {
            "databaseName": "db",
            "roleArn": "arn:aws:iam::1:role/r",
            "tablePrefix": "p",
        }
    },
    "tasks": [
        {
            "taskType": "Filter",
            "sourceFields": ["Id", "Name"],
            "destinationField": "Id",
            "connectorOperator": {"CustomConnector": "PROJECTION"},
            "taskProperties": {"DATA_TYPE": "String"},
        }
    ],
}
