// Times one TensorFlow.js graph model in Node.
//
// Each line of standard input is a request, {"do": NAME, ...}, answered by one line of JSON: {"error": TEXT} where
// TensorFlow.js refuses. The end of standard input ends the program.
'use strict';
const readline = require('node:readline');
const runner = require('./tfjs_node_runner.cjs');

const { tf } = runner;
let opened = null;
let picture = null;
let shape = null;

const requests = {
  /** Starts a backend; no part of any time. */
  async start({ backend }) {
    await runner.start(backend);
    return { backend: tf.getBackend(), version: tf.version_core, node: process.version };
  },

  /** Reads and opens a model; milliseconds until it is ready for a picture. */
  async load({ path, input, shape: declared }) {
    const started = performance.now();
    opened = await runner.load(path, input);
    const load_ms = performance.now() - started;
    shape = declared;
    picture = noise(shape.reduce((product, side) => product * side, 1));
    return { load_ms };
  },

  /** Milliseconds of the first answer. */
  first() {
    const started = performance.now();
    answer();
    return { first_ms: performance.now() - started };
  },

  /** Microseconds of each of many answers, after `warm` milliseconds of untimed ones. */
  time({ milliseconds, warm, least }) {
    const warmUntil = performance.now() + warm;
    while (performance.now() < warmUntil) answer();
    const times = [];
    let last = performance.now();
    const until = last + milliseconds;
    while (times.length < least || last < until) {
      answer();
      const now = performance.now();
      times.push(now - last);
      last = now;
    }
    return { times_us: times.map((time) => 1000 * time) };
  },
};

function answer() {
  runner.execute(opened, picture, shape);
}

/** Numbers 0 to 255 without a pattern, always the same. */
function noise(count) {
  let state = 1;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 24;
  });
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { do: name, ...rest } = JSON.parse(line);
    let found;
    try {
      found = await requests[name](rest);
    } catch (error) {
      found = { error: error?.message ?? String(error) };
    }
    runner.write(Buffer.from(`${JSON.stringify(found)}\n`));
  }
}

runner.run(main);
