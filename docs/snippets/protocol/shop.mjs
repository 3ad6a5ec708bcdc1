// A connector without an SDK, in JavaScript: reads two orders with an API key.
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

const secrets = new SecretsManagerClient();
const ORDERS = [{ id: 1, status: "open" }, { id: 2, status: "paid" }];
const ENTITY = { entityIdentifier: "orders", hasNestedEntities: false, label: "Orders" };
const FIELDS = [
  { fieldName: "id", dataType: "Integer", isPrimaryKey: true },
  { fieldName: "status", dataType: "String" },
];
const CONFIGURATION = {
  connectorOwner: "Example",
  connectorName: "Shop",
  connectorVersion: "1.0",
  connectorModes: ["SOURCE"],
  supportedApiVersions: ["v1"],
  supportedTriggerTypes: ["ONDEMAND"],
  operatorsSupported: ["PROJECTION", "NO_OP"],
  connectorRuntimeSetting: [],
  authenticationConfig: { isApiKeyAuthSupported: true },
};

class Failure extends Error {
  constructor(errorCode, errorMessage) {
    super(errorMessage);
    this.answer = { isSuccess: false, errorDetails: { errorCode, errorMessage } };
  }
}

async function logIn({ secretArn }) {
  const secret = await secrets.send(new GetSecretValueCommand({ SecretId: secretArn }));
  if (JSON.parse(secret.SecretString).apiKey !== "open-sesame") {
    throw new Failure("InvalidCredentials", "the shop does not know this key");
  }
}

function known(entity) {
  if (entity !== "orders") throw new Failure("InvalidArgument", `there is no ${entity}`);
}

const ANSWERS = {
  DescribeConnectorConfigurationRequest: () => CONFIGURATION,
  ValidateConnectorRuntimeSettingsRequest: () => ({}),
  async ValidateCredentialsRequest({ credentials }) {
    await logIn(credentials);
    return {};
  },
  async ListEntitiesRequest({ connectorContext }) {
    await logIn(connectorContext.credentials);
    return { entities: [ENTITY] };
  },
  DescribeEntityRequest({ entityIdentifier }) {
    known(entityIdentifier);
    return { entityDefinition: { entity: ENTITY, fields: FIELDS } };
  },
  async QueryDataRequest(event) {
    const { connectorContext, entityIdentifier, selectedFieldNames, maxResults, nextToken } = event;
    known(entityIdentifier);
    await logIn(connectorContext.credentials);
    const first = Number(nextToken ?? 0);
    const after = first + (maxResults ?? ORDERS.length);
    const found = ORDERS.slice(first, after);
    const records = found.map((order) => JSON.stringify(order, selectedFieldNames));
    return { records, nextToken: after < ORDERS.length ? String(after) : null };
  },
};

export async function handler(event) {
  try {
    if (!(event.type in ANSWERS)) throw new Failure("InvalidArgument", `no ${event.type} here`);
    return { isSuccess: true, ...(await ANSWERS[event.type](event)) };
  } catch (error) {
    if (error instanceof Failure) return error.answer;
    throw error;
  }
}
