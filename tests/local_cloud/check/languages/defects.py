"""What a connector in Node.js or Java can do wrong, and what the check says of it."""

from __future__ import annotations

from dataclasses import dataclass

QUERY = "function query(request) {"
ANSWER = "exports.handler = async (request) => {"
ANSWERED = ANSWER.replace("exports.handler", "const answered")
WRITTEN = "isSuccess: true, writeRecordResults: results"
TOKEN = 'Object token = request.get("nextToken");'


@dataclass(frozen=True)
class Defect:
    """A connector that is broken in one place.

    Attributes:
        name: what is wrong.
        check: the check that says so.
        said: what it says, a regular expression.
        old: what is replaced.
        new: by what.
        handler: the function that is called.
    """

    name: str
    check: str
    said: str
    old: str = ""
    new: str = ""
    handler: str = "index.handler"


NODE_DEFECTS = [
    Defect("a text for a flag", "entities.format", "hasNestedEntities must be a boolean",
           "hasNestedEntities: false", 'hasNestedEntities: "no"'),
    Defect("a key that is missing", "configuration.required-keys", "connectorOwner cannot be null",
           '  connectorOwner: "Example",\n', ""),
    Defect("records that are objects", "query.texts", "not a JSON text",
           "JSON.stringify(Object.fromEntries(names.map((n) => [n, order[n]])))",
           "Object.fromEntries(names.map((n) => [n, order[n]]))"),
    Defect("a token that never ends", "query.paging-ends", "the nextToken '2' comes again",
           "String(after) : null", 'String(after) : "0"'),
    Defect("undefined as a token", "query.paging-ends", "the nextToken 'undefined' comes again",
           "after < found.length ? String(after) : null", "String(found[after]?.id)"),
    Defect("a number as a token", "query.token", "nextToken is 2",
           "String(after) : null", "after : null"),
    Defect("a filter that is ignored", "query.filter-equal", "records came that don't match",
           "ORDERS.filter(matching(request.filterExpression))", "[...ORDERS]"),
    Defect("fields that are not declared", "query.undeclared-fields", "no field extraid",
           "[n, order[n]]", '["extra" + n, order[n]]'),
    Defect("a BigInt in a record", "query.answered",
           r"failed at index.js:\d+ with TypeError: Do not know how to serialize a BigInt",
           "total: id * 1.5", "total: BigInt(id)"),
    Defect("a BigInt in an answer", "query.answered", "Unable to stringify response body: Do not",
           "nextToken: after <", "total: 5n, nextToken: after <"),
    Defect("an answer that holds itself", "retrieve.answered", "Converting circular structure",
           "function retrieve(request) {", "function retrieve() { const a = {}; return a.a = a;"),
    Defect("a date as Date writes it", "query.types", "is DateTime, but a record has Thu Jan 01",
           "`2026-01-0${id}T10:00:00Z`", "String(new Date(2026, 0, id))"),
    Defect("half a surrogate pair", "query.types", r"a record has \\ud83d",
           "name: `order ${id}`", 'name: "😀".slice(0, 1)'),
    Defect("a wrong error code", "credentials.refusal-code", "ClientError: the key is unknown",
           '"InvalidCredentials"', '"ClientError"'),
    Defect("a failure that is thrown", "credentials.refusal-answered",
           r"failed at index.js:\d+ with Error: the key is unknown",
           "if (!(error instanceof Failure)) throw error;", "throw error;"),
    Defect("an exception", "query.answered", r"failed at index.js:104 with TypeError: Cannot read",
           QUERY, f"{QUERY}\n  const none = null;\n  none.length;"),
    Defect("a text that is thrown", "query.answered", "failed with string: no luck",
           QUERY, f'{QUERY} throw "no luck";'),
    Defect("a promise that is rejected", "query.answered",
           r"at index.js:\d+ with Runtime.UnhandledPromiseRejection: Error: lost",
           QUERY, f'{QUERY} Promise.reject(new Error("lost"));'),
    Defect("a promise that is not awaited", "credentials.wrong-refused", "isSuccess is true",
           "await logIn(", "logIn("),
    Defect("a promise that never ends", "query.answered", "Runtime.NodeJsExit",
           "return query(request);", "await new Promise(() => {});"),
    Defect("a callback that is not called", "query.answered", "did not call its callback",
           ANSWER, "exports.handler = (request, context, callback) => {"
           ' if (request.type !== "QueryDataRequest")'
           f" answered(request).then((found) => callback(null, found)); }};\n{ANSWERED}"),
    Defect("a handler that returns what it is not asked for", "configuration.answered",
           "make it async, or call the callback",
           ANSWER, f"exports.handler = () => CONFIGURATION;\n{ANSWERED}"),
    Defect("an end of the process", "query.answered", "Runtime exited with error: exit status 3",
           QUERY, f"{QUERY} process.exit(3);"),
    Defect("an answer of 7 MB", "limits.answer-size", "the answer has 6.7 MB",
           QUERY, f'{QUERY} return {{ isSuccess: true, records: ["x".repeat(7e6)] }};'),
    Defect("a secret in the log", "credentials.not-printed", r"printed: \{ apiKey: '\(hidden\)'",
           "const { apiKey } = ",
           "console.log(JSON.parse(found.SecretString)); const { apiKey } = "),
    Defect("a secret in a message", "credentials.not-told", r"the key \(hidden\) is unknown",
           '"the key is unknown"', "`the key ${apiKey} is unknown`"),
    Defect("results in another order", "write.order", "the recordIds are",
           WRITTEN, f"{WRITTEN}.reverse()"),
    Defect("too few results", "write.results", "2 records, results: 1",
           WRITTEN, f"{WRITTEN}.slice(1)"),
    Defect("results without ids", "write.ids", r"the recordIds are \[null, null\]",
           "recordId: String(record.id)", "recordId: null"),
    Defect("an upsert that does nothing", "write.upsert", "QueryData gives",
           "Object.assign(there, record)", "void 0"),
    Defect("a package that is missing", "configuration.answered",
           r"Runtime.ImportModuleError: Error: Cannot find module 'axios' .*\(index.js:1\)",
           '"use strict";', 'const axios = require("axios");'),
    Defect("a brace too many", "configuration.answered",
           r"Runtime.UserCodeSyntaxError: SyntaxError: Unexpected end of input \(index.js:\d+\)",
           QUERY, QUERY + "{"),
    Defect("an exception while loading", "configuration.answered",
           r"TypeError: Cannot read properties of undefined \(reading 'length'\) \(index.js:6\)",
           "const PAGE = 2;", "const PAGE = process.env.NOWHERE.length;"),
    Defect("an end while loading", "configuration.answered", "exit status 4, before it had",
           "const PAGE = 2;", "process.exit(4);"),
    Defect("another name of the handler", "configuration.answered",
           "index.handler is undefined or not exported; the file exports handle",
           "exports.handler", "exports.handle"),
    Defect("a handler that is the default", "configuration.answered", "the file exports default",
           "exports.handler", "exports.default"),
]  # fmt: skip

JAVA = "com.example.Shop::handleRequest"
JAVA_DEFECTS = [
    Defect("a text for a flag", "entities.format", "hasNestedEntities must be a boolean",
           '"hasNestedEntities", false', '"hasNestedEntities", "no"', JAVA),
    Defect("null for a key", "configuration.required-keys", "connectorOwner cannot be null",
           '"connectorOwner", "Example"', '"connectorOwner", null', JAVA),
    Defect("a token that never ends", "query.paging-ends", "the nextToken '2' comes again",
           "String.valueOf(after) : null", 'String.valueOf(after) : "0"', JAVA),
    Defect("a filter that is ignored", "query.filter-equal", "records came that don't match",
           '.filter(matching((String) request.get("filterExpression")))', "", JAVA),
    Defect("a Long that was a double", "query.no-duplicates", "9007199254740992",
           "? value.toString()", "? String.valueOf(((Number) value).doubleValue())", JAVA),
    Defect("a number that is none", "query.objects", '"total": NaN',
           "each * 1.5", "Double.NaN", JAVA),
    Defect("a quote in a text", "query.objects", 'order "1"',
           '"order " + each', '"order \\"" + each + "\\""', JAVA),
    Defect("a null pointer", "query.answered",
           r"failed at Shop.java:\d+ with java.lang.NullPointerException: Cannot invoke",
           TOKEN, f"{TOKEN} String none = null; none.length();", JAVA),
    Defect("a failure that is thrown", "credentials.refusal-answered",
           r"failed at Shop.java:\d+ with com.example.v\d+.Shop\$Failure: the shop does not know",
           "} catch (Failure failure) {",
           '} catch (ArithmeticException other) { Failure failure = new Failure("", "");', JAVA),
    Defect("a wrong error code", "credentials.refusal-code", "ClientError: the shop does not know",
           '"InvalidCredentials"', '"ClientError"', JAVA),
    Defect("an end of the JVM", "query.answered", "Runtime.ExitError",
           TOKEN, f"{TOKEN} System.exit(3);", JAVA),
    Defect("calls without end", "query.answered",
           r"at Shop.java:\d+ with java.lang.StackOverflowError; Conn",
           "private static String json(Object value) {",
           "private static String json(Object value) { if (value != null) return json(value);",
           JAVA),
    Defect("an answer that holds itself", "configuration.answered", "the answer holds itself",
           'answer.put("isSuccess", true);', 'answer.put("isSuccess", answer);', JAVA),
    Defect("a secret in the log", "credentials.not-printed", "ValidateCredentials printed",
           "if (!secret.contains", "System.out.println(secret); if (!secret.contains", JAVA),
    Defect("an exception while loading", "configuration.answered",
           r'NumberFormatException: For input string: "two" \(Shop.java:\d+\)',
           "PAGE = 2;", 'PAGE = Integer.parseInt("two");', JAVA),
    Defect("another name of the class", "configuration.answered",
           r"Class not found: com.example.v\d+.Store", handler="com.example.Store"),
    Defect("another name of the method", "configuration.answered",
           "no public method handle for an event, but handleRequest",
           handler="com.example.Shop::handle"),
    Defect("a class that is missing", "credentials.accepted",
           r"failed at Shop.java:\d+ with java.lang.NoClassDefFoundError: com/example/Absent",
           "SecretsClient.read(", 'Absent.read(', JAVA),
]  # fmt: skip
