// Models that LiteRT.js runs, which are .tflite files, on WebAssembly or on a graphics card. A file apart, and the
// library in a folder of its own, which only a page with such models has.
import { binaryBytes, loadAndCompile, loadLiteRt, supportsFeature, Tensor, version } from '../litert/litertjs.js';
import { channelsOf, putPixels, softmax, valueOf } from './channels.js';
import { fetchBytes, Unreachable } from './fetching.js';
import { FOLDER } from './page.js';
import { strings } from './strings.js';

export { version };

const LIBRARY = 'litert/';
const SCRIPT = `${LIBRARY}litert_wasm_jspi_internal.js`;
const BINARY = `${LIBRARY}litert_wasm_jspi_internal.wasm.gz`;
/** What this build of it needs of a browser. */
const FEATURES = { jspi: 'JavaScript promise integration', relaxedSimd: 'relaxed SIMD' };
const ACCELERATORS = { litert: 'wasm', 'litert-webgpu': 'webgpu' };
const ARRAYS = { float32: Float32Array, uint8: Uint8Array };
const REFUSAL = /^(?!ERROR)[A-Z0-9_]+: .*not supported/m;

let binary = null;
let library = null;
let accelerator = null;
let refused = null;
/** Whether the graphics card is lost, and what breaks the promise of the answer that it was asked for. */
let isLost = false;
let interrupt = null;

/** Starts LiteRT.js on WebAssembly ("litert") or WebGPU ("litert-webgpu"); its graphics device, or null. */
export async function start(backend) {
  library ??= load();
  library.catch(() => {
    // Tried again, it is to start afresh.
    binary = null;
    library = null;
  });
  const device = (await library).getWebGpuDevice();
  if (ACCELERATORS[backend] === 'webgpu' && !device) throw new Error(strings.lacks('WebGPU device'));
  accelerator = ACCELERATORS[backend];
  return device;
}

async function load() {
  globalThis.Module = { wasmBinary: await fetchBinary(), printErr: note };
  try {
    const loaded = await loadLiteRt(`./${LIBRARY}`, { jspi: true });
    // It is held in memory no longer than that.
    binary = Promise.resolve();
    loaded.getWebGpuDevice()?.lost.then(() => {
      isLost = true;
      interrupt?.(new Error(strings.lostDevice));
    });
    return loaded;
  } catch (error) {
    // A script that cannot be had breaks the promise with an event.
    throw error instanceof Event ? new Unreachable(SCRIPT, error.type) : error;
  }
}

/** Nothing is fetched for a browser that could not run it. */
async function checkBrowser() {
  for (const [feature, name] of Object.entries(FEATURES)) {
    if (!(await supportsFeature(feature))) throw new Error(strings.lacks(name));
  }
}

function fetchBinary(took) {
  binary ??= checkBrowser().then(() => {
    took?.(0, binaryBytes);
    return fetchBytes(BINARY, took);
  });
  return binary;
}

/** Passes on what LiteRT says; which operations a graphics card refuses is told in this way alone. */
function note(line) {
  refused ??= REFUSAL.exec(line)?.[0] ?? null;
  (/^(INFO|WARNING):/.test(line) ? console.debug : console.warn)(line);
}

/**
 * Compiles a file (Uint8Array) for what was started: {inputs, outputs, run(numbers), dispose()}, of which the first two
 * list {name, dtype, shape}. Throws where the file is refused, and where WebGPU takes a part of it alone.
 */
export async function compile(bytes) {
  refused = null;
  const model = await loadAndCompile(bytes, { accelerator, gpuOptions: { precision: 'fp32' } });
  if (accelerator === 'webgpu' && !(model.isFullyAccelerated && model.options.accelerator === accelerator)) {
    model.delete();
    throw new Error(strings.notOnWebgpu(refused));
  }
  const [inputs, outputs] = [model.getInputDetails(), model.getOutputDetails()];
  return {
    inputs,
    outputs,
    run: (numbers) => run(model, new Tensor(numbers, inputs[0].shape)),
    dispose: () => model.delete(),
  };
}

async function run(model, input) {
  try {
    const [output] = await model.run(input);
    try {
      return (await output.data()).slice();
    } finally {
      output.delete();
    }
  } finally {
    input.delete();
  }
}

/**
 * Fetches one of the page's models, with its layout and how its numbers are stored. `took(bytes)` hears of every part;
 * the library, which is most of it, comes along, for while something is fetched what was in use before goes on
 * answering. That it cannot be had comes out at `start`, as the backend's fault.
 */
export async function fetchModel({ path, layout, stored }, took) {
  const [bytes] = await Promise.all([fetchBytes(FOLDER + path, took), fetchBinary(took).catch(() => {})]);
  return { bytes: new Uint8Array(bytes), layout, stored };
}

/** Opens what `fetchModel` fetched on what was started; `page` describes what goes in and what comes out. */
export async function openModel({ bytes, layout, stored }, { input, output }) {
  const { inputs: [taken], run: answer, dispose } = await compile(bytes);
  const count = taken.shape.reduce((product, side) => product * side);
  const levels = channelsOf({ ...input, layout }).map((channel) => ({
    ...channel,
    numbers: Array.from({ length: 256 }, (_, pixel) => asStored(valueOf(channel, pixel), stored.input)),
  }));
  const isLogits = output?.kind === 'logits';
  const isOnCard = accelerator === 'webgpu';
  return {
    /** Promises probabilities (Float32Array) of one picture (Uint8Array, colours as red, green, blue). */
    async answer(picture) {
      if (picture.length !== count) throw new Error(strings.otherPicture);
      const numbers = new ARRAYS[taken.dtype](count);
      putPixels(numbers, picture, levels, (channel, pixel) => channel.numbers[pixel]);
      const found = await (isOnCard ? unlessLost(answer(numbers)) : answer(numbers));
      const answers = Float32Array.from(found, (number) => asValue(number, stored.output));
      return isLogits ? softmax(answers) : answers;
    },
    dispose,
  };
}

/** A graphics card's answer; an error where the card is lost, for then LiteRT.js would never answer. */
function unlessLost(answer) {
  return new Promise((resolve, reject) => {
    interrupt = reject;
    if (isLost) interrupt(new Error(strings.lostDevice));
    answer.then(resolve, reject);
  });
}

/** A value as a file stores it, {scale, zero_point}, in one byte: rounded, then cut off. Null: as it is. */
function asStored(value, how) {
  if (!how) return value;
  const steps = value / how.scale;
  return Math.min(255, Math.max(0, Math.trunc(steps + Math.sign(steps) / 2) + how.zero_point));
}

const asValue = (number, how) => (how ? (number - how.zero_point) * how.scale : number);
