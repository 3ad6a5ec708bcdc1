"use strict";

// A sound connector in Node.js: a source and a destination, with what it is asked for by AppFlow.
const { SecretsManagerClient, GetSecretValueCommand } = require("@aws-sdk/client-secrets-manager");
const secrets = new SecretsManagerClient({});
const PAGE = 2;
const ORDERS = [1, 2, 3, 4, 5].map((id) => ({
  id,
  name: `order ${id}`,
  total: id * 1.5,
  isPaid: id % 2 === 0,
  placed: `2026-01-0${id}T10:00:00Z`,
}));
const ENTITY = {
  entityIdentifier: "orders",
  label: "Orders",
  hasNestedEntities: false,
  isWritable: true,
};
const FIELDS = [
  { fieldName: "id", dataType: "Integer", isPrimaryKey: true },
  { fieldName: "name", dataType: "String" },
  { fieldName: "total", dataType: "Double" },
  { fieldName: "isPaid", dataType: "Boolean" },
  { fieldName: "placed", dataType: "DateTime" },
];
const CONFIGURATION = {
  isSuccess: true,
  connectorOwner: "Example",
  connectorName: "NodeShop",
  connectorVersion: "1.0",
  connectorModes: ["SOURCE", "DESTINATION"],
  supportedApiVersions: ["v1"],
  supportedTriggerTypes: ["ONDEMAND"],
  triggerFrequenciesSupported: ["ONCE"],
  operatorsSupported: ["PROJECTION", "NO_OP", "EQUAL_TO", "NOT_EQUAL_TO"],
  supportedWriteOperations: ["INSERT", "UPDATE", "UPSERT", "DELETE"],
  connectorRuntimeSetting: [],
  authenticationConfig: { isApiKeyAuthSupported: true },
};

class Failure extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

async function logIn({ secretArn }) {
  const found = await secrets.send(
    new GetSecretValueCommand({ SecretId: secretArn }),
  );
  const { apiKey } = JSON.parse(found.SecretString);
  if (apiKey !== "open-sesame") throw new Failure("InvalidCredentials", "the key is unknown");
}

// Reads the SDK's language of filters; returns what tells whether an order matches.
function matching(text) {
  const words = (text || "").match(/'[^']*'|"[^"]*"|!=|[=()]|[^\s=()!'"]+/g) || [];
  let at = 0;
  const next = (expected) => {
    const word = words[at++];
    if (word === undefined || (expected && word !== expected)) {
      throw new Failure("InvalidArgument", `the filter ${text} can't be read`);
    }
    return word;
  };
  const condition = () => {
    if (words[at] === "(") {
      next("(");
      const inner = any();
      next(")");
      return inner;
    }
    const [field, operator, value] = [next(), next(), next()];
    if (!FIELDS.some((each) => each.fieldName === field) || !["=", "!="].includes(operator)) {
      throw new Failure("InvalidArgument", `${field} ${operator} is not supported`);
    }
    const wanted = value.replace(/^['"]|['"]$/g, "");
    const same = (found) =>
      typeof found === "number" ? found === Number(wanted) : String(found) === wanted;
    return (order) => same(order[field]) === (operator === "=");
  };
  const joined = (word, part, join) => () => {
    const parts = [part()];
    while ((words[at] || "").toLowerCase() === word) {
      at++;
      parts.push(part());
    }
    return (order) => join(parts, (each) => each(order));
  };
  const all = joined("and", condition, (parts, test) => parts.every(test));
  const any = joined("or", all, (parts, test) => parts.some(test));
  const found = words.length ? any() : () => true;
  if (at < words.length) throw new Failure("InvalidArgument", `the filter ${text} has more`);
  return found;
}

const texts = (orders, names) =>
  orders.map((order) => JSON.stringify(Object.fromEntries(names.map((n) => [n, order[n]]))));

function query(request) {
  const found = ORDERS.filter(matching(request.filterExpression));
  const first = Number(request.nextToken || 0);
  const after = first + Math.min(PAGE, request.maxResults);
  return {
    isSuccess: true,
    records: texts(found.slice(first, after), request.selectedFieldNames),
    nextToken: after < found.length ? String(after) : null,
  };
}

function retrieve(request) {
  const found = ORDERS.filter((order) => request.ids.includes(String(order[request.idFieldName])));
  return { isSuccess: true, records: texts(found, request.selectedFieldNames) };
}

function wrong(operation, record, there) {
  if (!Number.isInteger(record.id)) return "id must be a number";
  if (typeof (record.isPaid ?? false) !== "boolean") return "isPaid must be true or false";
  if (Number.isNaN(Number(record.total ?? 0))) return "total must be a number";
  if (operation === "INSERT" && there) return `there is an order ${record.id}`;
  if (["UPDATE", "DELETE"].includes(operation) && !there) return `there is no order ${record.id}`;
  return null;
}

function written(operation, record) {
  const there = ORDERS.find((order) => order.id === record.id);
  const errorMessage = wrong(operation, record, there);
  if (errorMessage) return { isSuccess: false, recordId: null, errorMessage };
  if (operation === "DELETE") ORDERS.splice(ORDERS.indexOf(there), 1);
  else if (there) Object.assign(there, record);
  else ORDERS.push({ name: null, total: null, isPaid: null, placed: null, ...record });
  return { isSuccess: true, recordId: String(record.id), errorMessage: null };
}

function write(request) {
  const before = JSON.parse(JSON.stringify(ORDERS));
  const records = request.records.map((text) => JSON.parse(text));
  let results = records.map((record) => written(request.operation, record));
  if (results.every((each) => each.isSuccess)) {
    return { isSuccess: true, writeRecordResults: results };
  }
  if (request.allOrNone) {
    ORDERS.splice(0, ORDERS.length, ...before);
    results = results.map((each) => ({
      isSuccess: false,
      recordId: null,
      errorMessage: each.errorMessage || "another record is wrong",
    }));
  }
  const errorDetails = { errorCode: "PartialWriteFailure", errorMessage: "some were refused" };
  return { isSuccess: false, errorDetails, writeRecordResults: results };
}

async function answer(request) {
  if (request.type === "DescribeConnectorConfigurationRequest") return CONFIGURATION;
  if (request.type === "ValidateConnectorRuntimeSettingsRequest") return { isSuccess: true };
  await logIn(request.credentials || request.connectorContext.credentials);
  if (request.type === "ValidateCredentialsRequest") return { isSuccess: true };
  if (request.type === "ListEntitiesRequest") return { isSuccess: true, entities: [ENTITY] };
  if (request.entityIdentifier !== "orders") {
    throw new Failure("InvalidArgument", `there is no ${request.entityIdentifier}`);
  }
  if (request.type === "DescribeEntityRequest") {
    return { isSuccess: true, entityDefinition: { entity: ENTITY, fields: FIELDS } };
  }
  if (request.type === "QueryDataRequest") return query(request);
  if (request.type === "RetrieveDataRequest") return retrieve(request);
  return write(request);
}

exports.handler = async (request) => {
  try {
    return await answer(request);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return {
      isSuccess: false,
      errorDetails: { errorCode: error.code, errorMessage: error.message },
    };
  }
};
