// Asks one TensorFlow.js model about every picture of a file, for plain_runtimes.py.
//
//   node plain_tfjs.cjs MODEL_JSON PICTURES ANSWERS SHAPE
'use strict';
const fs = require('node:fs');
const path = require('node:path');

const runner = path.join(__dirname, '..', 'edgedigits', 'runtimes', 'tfjs', 'tfjs_node_runner.cjs');
const { execute, load, run, start } = require(runner);

run(async () => {
  const [modelJson, pictures, answers, dims] = process.argv.slice(2);
  const shape = JSON.parse(dims);
  const size = shape.reduce((product, side) => product * side, 1);
  await start('wasm');
  const opened = await load(modelJson);
  const source = fs.openSync(pictures, 'r');
  const target = fs.openSync(answers, 'w');
  const bytes = Buffer.alloc(size);
  while (fs.readSync(source, bytes, 0, size) === size) {
    const row = execute(opened, Float32Array.from(bytes), shape);
    fs.writeSync(target, Buffer.from(row.buffer, row.byteOffset, row.byteLength));
  }
});
