"""Each type of credentials that a custom connector can have, and a key for the secret."""

from aws_cdk import App, SecretValue, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager

from cdk_appflow_connector import ConnectorCredentials, ConnectorProfile, CustomConnector

app = App()
stack = Stack(app, "Crm")
connector = CustomConnector.from_connector_label(stack, "Connector", "Crm")

# region secret
secret = secretsmanager.Secret.from_secret_name_v2(stack, "Login", "crm/login")
username = secret.secret_value_from_json("username")
password = secret.secret_value_from_json("password")
# endregion

# region api_key
api_key = ConnectorCredentials.api_key(SecretValue.secrets_manager("crm/api-key"))
# endregion

# region basic
basic = ConnectorCredentials.basic(username, password)
# endregion

# region custom
custom = ConnectorCredentials.custom(
    "Token",  # an authenticationType of the connector's customAuthConfig
    {"token": SecretValue.secrets_manager("crm/token")},  # by the keys of its authParameters
)
# endregion

# region client_credentials
client = ConnectorCredentials.oauth2_client_credentials(
    "my-client",
    SecretValue.secrets_manager("crm/client", json_field="secret"),
    "https://crm.example.com/oauth2/token",
)
# endregion

# region tokens
tokens = ConnectorCredentials.oauth2_tokens(
    SecretValue.secrets_manager("crm/oauth", json_field="access_token"),
    SecretValue.secrets_manager("crm/oauth", json_field="refresh_token"),
    "my-client",
    SecretValue.secrets_manager("crm/client", json_field="secret"),
    token_url="https://crm.example.com/oauth2/token",
)
# endregion

for name, credentials in {
    "ApiKey": api_key,
    "Basic": basic,
    "Custom": custom,
    "Client": client,
    "Tokens": tokens,
}.items():
    ConnectorProfile(stack, name, connector=connector, credentials=credentials)

# region key
key = kms.Key(stack, "Key", enable_key_rotation=True)
ConnectorProfile(
    stack,
    "Encrypted",
    connector=connector,
    credentials=api_key,
    settings={"baseUrl": "https://crm.example.com"},
    key=key,
)
# endregion
app.synth()
