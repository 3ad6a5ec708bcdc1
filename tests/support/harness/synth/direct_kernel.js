// The kernel's process of jsii, without the one that jsii starts before it and that passes on each
// request, each answer, and what the CDK prints. It stands where that one does: Python's requests
// come by standard input, and what is printed leaves as JSON by the error output.
'use strict';

const fs = require('fs');
const { Writable } = require('stream');

const CHANNEL = 3; // where the kernel reads and writes
const { readSync, writeSync } = fs;

delete process.env.NODE_PRESERVE_SYMLINKS; // was for this process, not for what it starts
fs.readSync = (fd, ...rest) => readSync(fd === CHANNEL ? 0 : fd, ...rest);
fs.writeSync = (fd, ...rest) => writeSync(fd === CHANNEL ? 1 : fd, ...rest);

for (const name of ['stdout', 'stderr']) {
  const printed = new Writable({
    write(chunk, _encoding, done) {
      writeSync(2, `${JSON.stringify({ [name]: chunk.toString('base64') })}\n`);
      done();
    },
  });
  // Node's own standard output is that of the answers, which nothing may get between.
  Object.defineProperty(process, name, { value: printed });
}

require('../lib/program.js');
