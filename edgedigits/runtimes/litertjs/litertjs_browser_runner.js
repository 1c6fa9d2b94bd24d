// Runs one TFLite file on LiteRT.js in a browser, for whoever calls `edgedigits` from outside of the page. Pictures and
// answers travel as base64 of their bytes, in the types of the file's input and output, little-endian.
import { loadAndCompile, loadLiteRt, supportsFeature, Tensor } from './vendor/litertjs.js';

const FEATURES = { jspi: 'JavaScript promise integration', relaxedSimd: 'relaxed SIMD' };
const ARRAYS = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array };
const REFUSAL = /^(?!ERROR)[A-Z0-9_]+: .*not supported/m;

let model = null;
let refused = null;
/** Resolves to null when the graphics device is lost. */
let loss = new Promise(() => {});

globalThis.edgedigits = {
  /** Loads LiteRT.js; the name of the graphics card where one is to compute, else null. */
  async start(accelerator) {
    for (const [feature, name] of Object.entries(FEATURES)) {
      if (!(await supportsFeature(feature))) throw new Error(`it has no ${name}`);
    }
    const wasmBinary = await inflated('vendor/litert_wasm_jspi_internal.wasm.gz');
    globalThis.Module = { wasmBinary, printErr: note };
    const device = (await loadLiteRt('./vendor/', { jspi: true })).getWebGpuDevice();
    if (accelerator !== 'webgpu') return null;
    if (!device) throw new Error('it has no WebGPU device');
    loss = device.lost.then(() => null);
    const { vendor, architecture, description } = device.adapterInfo ?? {};
    return description || [vendor, architecture].filter(Boolean).join(' ') || null;
  },

  /** Compiles the file at `address`: what it takes and gives, whether `accelerator` takes all of it, or what it does not. */
  async open(address, accelerator) {
    model = await loadAndCompile(address, { accelerator, gpuOptions: { precision: 'fp32' } });
    const told = ({ name, dtype, shape }) => ({ name, dtype, shape: [...shape] });
    return {
      inputs: model.getInputDetails().map(told),
      outputs: model.getOutputDetails().map(told),
      whole: model.isFullyAccelerated && model.options.accelerator === accelerator,
      refused,
    };
  },

  /** Answers `count` pictures one after the other; null when the graphics device was lost. */
  async answer(base64, count) {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const [{ dtype, shape }] = model.getInputDetails();
    const pictures = new ARRAYS[dtype](bytes.buffer);
    const size = pictures.length / count;
    let letters = '';
    for (let n = 0; n < count; n++) {
      const values = await Promise.race([loss, answerOf(pictures.subarray(n * size, (n + 1) * size), shape)]);
      if (values === null) return null;
      for (const byte of new Uint8Array(values.buffer, values.byteOffset, values.byteLength)) {
        letters += String.fromCharCode(byte);
      }
    }
    return btoa(letters);
  },
};

/** Passes on what LiteRT says; which operations a graphics card refuses is told in this way alone. */
function note(line) {
  refused ??= REFUSAL.exec(line)?.[0] ?? null;
  console.warn(line);
}

async function answerOf(picture, shape) {
  const input = new Tensor(picture, shape);
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

async function inflated(address) {
  const { body } = await fetch(address);
  return new Response(body.pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
}
