// Runs one TensorFlow.js graph model over pictures that arrive on standard input.
//
//   node tfjs_node_runner.cjs MODEL_JSON BACKEND [INPUT_NAME] [OUTPUT_NAME]
//
// Standard output starts with one line of JSON: backend, version, input and output. Then requests are answered in order:
//   request   uint32 pictures, uint32 rank, uint32 channels, uint32 run, uint32 dims[rank]   (all little-endian)
//             without channels: float32 values
//             otherwise: float32 table[channels][256], uint8 pixels. A pixel's value is in the table of its channel, and
//             `run` pixels of a channel lie beside each other: 1, a plane, or where one table is for all of them a picture.
//   answer    uint32 pictures, uint32 classes, uint32 live tensors, float32 values
// A request of 0 pictures, or the end of standard input, ends the program. Whatever goes wrong is told on standard
// error, with exit status 1.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

// Standard output belongs to the protocol.
console.log = console.info = console.debug = console.error;

const vendor = path.join(__dirname, 'vendor');
const tf = require(path.join(vendor, 'tfjs-node.cjs'));
const STDIN = 0;
const STDOUT = 1;

class EndOfInput extends Error {}

/** Reads `bytes` bytes from standard input. */
function readExactly(bytes) {
  const buffer = Buffer.from(new ArrayBuffer(bytes)); // offset 0, so that typed views are aligned
  let filled = 0;
  while (filled < bytes) {
    let count;
    try {
      count = fs.readSync(STDIN, buffer, filled, bytes - filled, null);
    } catch (error) {
      if (error.code !== 'EOF') throw error; // how Windows says that the pipe was closed
      count = 0;
    }
    if (count === 0) throw new EndOfInput();
    filled += count;
  }
  return buffer;
}

function write(buffer) {
  let sent = 0;
  while (sent < buffer.length) sent += fs.writeSync(STDOUT, buffer, sent);
}

function readArtifacts(modelJson) {
  const model = JSON.parse(fs.readFileSync(modelJson, 'utf8'));
  if (model.format !== 'graph-model') {
    throw new Error(`${modelJson} is no graph model (its format is ${model.format})`);
  }
  const folder = path.dirname(modelJson);
  const weightSpecs = [];
  const shards = [];
  for (const group of model.weightsManifest ?? []) {
    weightSpecs.push(...group.weights);
    for (const name of group.paths) shards.push(fs.readFileSync(path.join(folder, name)));
  }
  const weights = Buffer.concat(shards);
  const weightData = weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.length);
  return { ...model, weightSpecs, weightData };
}

/** The node that `wanted` means (a name in the signature or in the graph), or the only one there is. */
function choose(kind, wanted, tensors, signature) {
  const names = tensors.map((tensor) => tensor.name.replace(/:0$/, ''));
  const keys = Object.fromEntries(
    Object.entries(signature ?? {}).map(([key, info]) => [key, info.name.replace(/:0$/, '')]),
  );
  if (wanted) {
    const name = keys[wanted] ?? wanted.replace(/:0$/, '');
    const found = tensors[names.indexOf(name)];
    if (found) return found;
    throw new Error(`the model has no ${kind} named ${wanted}; it has ${names.join(', ')}`);
  }
  if (tensors.length !== 1) {
    throw new Error(`the model has ${tensors.length} ${kind}s (${names.join(', ')}); name the one to use`);
  }
  return tensors[0];
}

async function start(backend) {
  tf.env().set('PROD', true);
  tf.setWasmPaths(vendor + path.sep);
  // A backend that fails to start is only reported as false, and another one silently takes its place.
  const started = await tf.setBackend(backend);
  if (!started || tf.getBackend() !== backend) {
    throw new Error(`the ${backend} backend did not start; TensorFlow.js fell back to ${tf.getBackend()}`);
  }
}

async function load(modelJson, inputName, outputName) {
  const artifacts = readArtifacts(modelJson);
  const model = await tf.loadGraphModel({ load: async () => artifacts });
  const input = choose('input', inputName, model.inputs, model.modelSignature?.inputs);
  const output = choose('output', outputName, model.outputs, model.modelSignature?.outputs);
  const [batch] = input.shape ?? [-1];
  if (batch > 1) throw new Error(`the model takes exactly ${batch} pictures at once; convert it with batch 1`);
  return { model, input, output };
}

/** What the model answers to one picture: the output tensor's values. */
function execute({ model, input, output }, picture, shape) {
  const given = input.dtype === 'int32' ? Int32Array.from(picture) : picture;
  return tf.tidy(() => {
    const tensor = tf.tensor(given, [1, ...shape], input.dtype);
    return model.execute({ [input.name]: tensor }, output.name).dataSync();
  });
}

/** Writes into `values` what the pixels of one picture are to the model. */
function look(pixels, { tables, channels, run }, values) {
  for (let channel = 0; channel < channels; channel++) {
    const table = tables.subarray(256 * channel, 256 * (channel + 1));
    // A loop within the loop for every single pixel takes twice as long.
    if (run === 1) {
      for (let n = channel; n < pixels.length; n += channels) values[n] = table[pixels[n]];
      continue;
    }
    for (let start = channel * run; start < pixels.length; start += channels * run) {
      for (let n = start; n < start + run; n++) values[n] = table[pixels[n]];
    }
  }
}

function answer(opened, pictures, shape, given, looked, asked) {
  const size = given.length / pictures;
  const picture = new Float32Array(size);
  let values = null;
  let classes = 0;
  for (let n = 0; n < pictures; n++) {
    const one = given.subarray(n * size, (n + 1) * size);
    if (looked) look(one, looked, picture);
    else picture.set(one);
    const row = asked(opened, picture, shape);
    if (values === null) {
      classes = row.length;
      values = new Float32Array(pictures * classes);
    }
    values.set(row, n * classes);
  }
  write(Buffer.from(Uint32Array.of(pictures, classes, tf.memory().numTensors).buffer));
  write(Buffer.from(values.buffer));
}

/** Answers one request; false for the last one, which has no pictures. */
function answerNext(opened, asked) {
  const [pictures, rank, channels, run] = new Uint32Array(readExactly(16).buffer);
  if (pictures === 0) return false;
  const shape = Array.from(new Uint32Array(readExactly(4 * rank).buffer));
  const count = pictures * shape.reduce((product, side) => product * side, 1);
  if (channels === 0) {
    answer(opened, pictures, shape, new Float32Array(readExactly(4 * count).buffer), null, asked);
  } else {
    const tables = new Float32Array(readExactly(4 * 256 * channels).buffer);
    answer(opened, pictures, shape, readExactly(count), { tables, channels, run }, asked);
  }
  return true;
}

/** Answers until nobody asks any more, with what `asked` makes of an opened model, a picture and its shape. */
async function main(asked = execute) {
  const [modelJson, backend, inputName, outputName] = process.argv.slice(2);
  await start(backend);
  const opened = await load(modelJson, inputName, outputName);
  const described = (tensor) => ({ name: tensor.name, dtype: tensor.dtype, shape: tensor.shape ?? null });
  const ready = {
    backend: tf.getBackend(),
    version: tf.version_core,
    node: process.version,
    input: described(opened.input),
    output: described(opened.output),
  };
  write(Buffer.from(`${JSON.stringify(ready)}\n`));
  try {
    while (answerNext(opened, asked));
  } catch (error) {
    if (!(error instanceof EndOfInput)) throw error;
  }
}

/** Runs a program to its end; whatever goes wrong is told on standard error. */
function run(program) {
  program().then(
    () => process.exit(0),
    (error) => {
      fs.writeSync(2, `${error?.message ?? error}\n`);
      process.exit(1);
    },
  );
}

if (require.main === module) run(() => main());

module.exports = { execute, load, main, run, start, tf, write };
