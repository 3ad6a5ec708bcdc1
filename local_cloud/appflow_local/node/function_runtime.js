// Runs a handler as Lambda's managed Node.js runtime does: an event after the other.
//
// It follows the prelude of MiniStack's script, which answers by _realStdoutWrite, prints by
// _stderrWrite and leads the AWS SDK to the cloud.
// Source: aws-lambda-nodejs-runtime-interface-client, src/Runtime.js, CallbackContext.js,
// UserFunction.js and Errors.js, on when an invocation ends, and with what.

const TASK_ROOT = "/var/task"; // where Lambda has a function's files
const END_MARK = "\x1eend-of-invocation "; // as in the adapter's output_end
const NEVER_SETTLED =
  "The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly " +
  "caused by a Promise that was never settled.";
const NOT_ASYNC =
  "appflow-local adds: the handler answered null, as it is not async and did not call its " +
  "callback. What it returns is not looked at: make it async, or call the callback.";

const requests = process.stdin;
let codeFolder = process.cwd();
let handler = null;
let running = null; // the invocation
let answers = 0; // so far, with the one that is given
let fatal = null; // what the process can't go on with

function named(type, message, cause) {
  const error = new Error(message);
  error.name = `Runtime.${type}`;
  error.stack = cause === undefined ? `${error.name}: ${message}` : cause;
  return error;
}

// A text as on Lambda: with the function's files where they are there, without this script's.
function asOnLambda(text) {
  const lines = String(text).replaceAll(codeFolder, TASK_ROOT).split("\n");
  return lines.filter((line) => !line.includes(__filename));
}

function described(error) {
  const isError =
    error instanceof Error || (error && typeof error.message === "string" && error.stack);
  if (!isError) {
    return {errorType: typeof error, errorMessage: String(error), trace: []};
  }
  const errorMessage = asOnLambda(error.message).join("\n");
  return {errorType: error.name, errorMessage, trace: asOnLambda(error.stack)};
}

function safelyDescribed(error) {
  try {
    return described(error);
  } catch (_) { // a getter of its own, or no text can be made of it
    return {errorType: "handled", errorMessage: "an error that can't be shown", trace: []};
  }
}

function endOutput() {
  answers += 1;
  _stderrWrite(`${END_MARK}${answers}\n`);
}

function answer(message) {
  endOutput();
  _realStdoutWrite(`${JSON.stringify(message)}\n`);
}

// The process goes on after it, as on Lambda: that is why its status is not an error's.
function refuse(error) {
  const payload = safelyDescribed(error);
  const trace = payload.trace.join("\n") || `${payload.errorType}: ${payload.errorMessage}`;
  answer({status: "ok", failed: payload, trace});
}

function serialized(result) {
  try {
    return JSON.stringify(result === undefined ? null : result);
  } catch (error) { // Lambda's message ends before the colon
    throw new Error(`Unable to stringify response body: ${error.message}`);
  }
}

// One invocation: it ends once, with a result or an error.
class Invocation {
  constructor(handles) {
    this.isOver = false;
    this.waits = true; // callbackWaitsForEmptyEventLoop
    // What to do when nothing is left to do, and the handler has not ended.
    this.whenIdle = () => {
      if (handles.constructor.name === "AsyncFunction") {
        this.fail(named("NodeJsExit", NEVER_SETTLED));
      } else {
        _stderrWrite(`${NOT_ASYNC}\n`);
        this.succeed(null);
      }
    };
  }

  // A promise that was rejected meanwhile, and that nobody looks at, comes before the answer.
  succeed(result) {
    const text = serialized(result) || "null";
    setImmediate(() => {
      if (this.isOver) return;
      this.end();
      endOutput();
      _realStdoutWrite(`{"status": "ok", "result": ${text}}\n`);
    });
  }

  fail(error) {
    if (this.isOver) return;
    this.end();
    refuse(error);
  }

  done(error, result) {
    if (error !== undefined && error !== null) {
      this.fail(error);
      return;
    }
    try {
      this.succeed(result);
    } catch (unfit) {
      this.fail(unfit);
    }
  }

  callback(error, result) {
    if (!this.waits || (error !== undefined && error !== null)) {
      this.done(error, result);
    } else {
      this.whenIdle = () => this.done(null, result);
      this.callback = () => {}; // the first call counts
    }
  }

  end() {
    this.isOver = true;
    running = null;
    requests.ref();
  }
}

function contextOf(invocation, given) {
  const deadline = Date.now() + Number(given.timeout_ms || 300000);
  const variables = process.env;
  const name = variables.AWS_LAMBDA_FUNCTION_NAME || "";
  return {
    functionName: name,
    functionVersion: variables.AWS_LAMBDA_FUNCTION_VERSION || "$LATEST",
    memoryLimitInMB: variables.AWS_LAMBDA_FUNCTION_MEMORY_SIZE || "128",
    invokedFunctionArn: given.invoked_function_arn || variables._LAMBDA_FUNCTION_ARN || "",
    awsRequestId: given.request_id || "",
    logGroupName: variables.AWS_LAMBDA_LOG_GROUP_NAME || `/aws/lambda/${name}`,
    logStreamName: variables.AWS_LAMBDA_LOG_STREAM_NAME || "",
    identity: undefined,
    clientContext: undefined,
    get callbackWaitsForEmptyEventLoop() { return invocation.waits; },
    set callbackWaitsForEmptyEventLoop(value) { invocation.waits = value; },
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: (error, result) => invocation.done(error, result),
    succeed: (result) => invocation.done(null, result),
    fail: (error) => invocation.fail(error === undefined || error === null ? "handled" : error),
  };
}

function setVariable(name, value) {
  if (value === undefined || value === null || value === "") {
    delete process.env[name];
  } else {
    process.env[name] = String(value);
  }
}

function invoke({event, ctx = {}}) {
  setVariable("_X_AMZN_TRACE_ID", ctx.trace_id);
  setVariable("__DEPTH_ENV__", ctx.depth);
  for (const name of __DURABLE_ENV_VARS__) setVariable(name, (ctx.durable || {})[name]);
  const invocation = new Invocation(handler);
  running = invocation;
  if (fatal) {
    invocation.fail(fatal.error);
    process.exit(fatal.code);
  }
  requests.unref(); // so that nothing is left to do when the handler has nothing left
  try {
    const result = handler(event, contextOf(invocation, ctx), (...given) =>
      invocation.callback(...given));
    // Any other value is not looked at: a handler that is not async answers by its callback.
    if (result && typeof result.then === "function") {
      result.then((value) => invocation.done(null, value), (error) => invocation.fail(error));
    }
  } catch (error) {
    invocation.fail(error);
  }
}

function isModule(folder) {
  const file = path.join(folder, "package.json");
  if (fs.existsSync(file)) {
    try {
      return JSON.parse(fs.readFileSync(file, "utf8")).type === "module";
    } catch (_) {
      return false;
    }
  }
  const above = path.dirname(folder);
  return folder !== codeFolder && above !== folder && isModule(above);
}

const imported = (file) => import(url.pathToFileURL(file).href);

async function loaded(base) {
  const asModule = isModule(path.dirname(base));
  const ways = [["", require], [".js", asModule ? imported : require], [".mjs", imported],
                [".cjs", require]];
  const found = ways.find(([ending]) => fs.existsSync(base + ending));
  return found ? found[1](base + found[0]) : require(base);
}

async function load(name) {
  const [, file, property] = /^([^.]*)\.(.*)$/.exec(path.basename(name)) || [];
  if (!file || !property) {
    throw named("MalformedHandlerName", `'${name}' is not FILE.FUNCTION`);
  }
  let module;
  try {
    module = await loaded(path.resolve(codeFolder, path.dirname(name), file));
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw named("UserCodeSyntaxError", `SyntaxError: ${error.message}`, error.stack);
    }
    if (error && ["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"].includes(error.code)) {
      throw named("ImportModuleError", `Error: ${error.message}`, error.stack);
    }
    throw error;
  }
  const found = property.split(".").reduce((value, key) => value && value[key], module);
  if (typeof found === "function") return found;
  const state = found ? "is not a function" : "is undefined or not exported";
  const there = Object.keys(module).filter((key) => typeof module[key] === "function");
  const others = there.length ? `; the file exports ${there.slice(0, 6).join(", ")}` : "";
  throw named("HandlerNotFound", `${name} ${state}${others}`);
}

async function start(given) {
  codeFolder = given.code_dir;
  Object.assign(process.env, given.env || {}, {
    LAMBDA_TASK_ROOT: given.code_dir,
    AWS_LAMBDA_FUNCTION_NAME: given.function_name || process.env.AWS_LAMBDA_FUNCTION_NAME || "",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE:
      String(given.memory || process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE || "128"),
    _LAMBDA_FUNCTION_ARN: given.arn || process.env._LAMBDA_FUNCTION_ARN || "",
  });
  patchAwsSdk();
  handler = await load(`${given.module}.${given.handler}`);
  _realStdoutWrite(`${JSON.stringify({status: "ready", cold: true})}\n`);
}

// Lambda stops a process between invocations: what happens then befalls the next one.
function end(error, code) {
  if (handler === null) {
    const payload = safelyDescribed(error);
    _stderrWrite(`${payload.trace.join("\n")}\n`);
    answer({status: "error", error: JSON.stringify(payload)});
  } else if (running) {
    running.fail(error);
  } else {
    fatal = fatal || {error, code};
    return;
  }
  process.exit(code);
}

process.on("uncaughtException", (error) => end(error, 129));
process.on("unhandledRejection", (reason) => {
  const {errorType, errorMessage, trace} = safelyDescribed(reason);
  const message = reason instanceof Error ? `${errorType}: ${errorMessage}` : errorMessage;
  const text = trace.length ? trace.join("\n") : undefined;
  end(named("UnhandledPromiseRejection", message, text), 128);
});
process.on("beforeExit", () => running && running.whenIdle());

let isStarted = false;
readline.createInterface({input: requests, terminal: false}).on("line", (line) => {
  if (isStarted) {
    invoke(JSON.parse(line));
  } else {
    isStarted = true;
    start(JSON.parse(line)).catch((error) => end(error, 1));
  }
});
