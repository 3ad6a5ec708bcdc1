// One cold start of a handler in Node.js: what drive.py measures, with the same figures.
//
// Usage: node drive.js FILE.EXPORT <EVENT. The clock starts when the parent says it has (STARTED).

const fs = require("fs");
const path = require("path");

const now = () => performance.timeOrigin + performance.now();

/** The CDK's code ignores the ResponseURL's port: have requests without a port go to it. */
function answerAt(url) {
  require("https").globalAgent.defaultPort = new URL(url).port;
}

async function measure(handler, event) {
  const { dir, name, ext } = path.parse(handler);
  const call = require(path.join(dir, name))[ext.slice(1)];
  const ready = now();
  answerAt(event.ResponseURL);
  await call(event, { awsRequestId: "1", functionName: "provider", logStreamName: "benchmark" });
  return { ready, answered: now() };
}

async function main() {
  const started = Number(process.env.STARTED) * 1000;
  const times = await measure(process.argv[2], JSON.parse(fs.readFileSync(0, "utf8")));
  const usage = process.cpuUsage();
  const peak = /VmHWM:\s+(\d+) kB/.exec(fs.readFileSync("/proc/self/status", "utf8"));
  const figures = { ready: times.ready - started, answered: times.answered - started };
  figures.cpu = (usage.user + usage.system) / 1000;
  figures.peak = Number(peak[1]) / 1024;
  // The handlers log to the same stream: the figures are its last line.
  console.log(JSON.stringify(figures));
}

main();
