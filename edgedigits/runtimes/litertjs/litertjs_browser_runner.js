// Runs one TFLite file on LiteRT.js in a browser, with the demo page's own module, for whoever calls `edgedigits` from
// outside of the page. Pictures and answers travel as base64 of their bytes, in the types of the file's input and
// output, little-endian.
import { compile, start as startLibrary } from './src/litert.js';

const BACKENDS = { wasm: 'litert', webgpu: 'litert-webgpu' };
const ARRAYS = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array };

let model = null;
/** Resolves to null when the graphics device is lost. */
let loss = new Promise(() => {});

globalThis.edgedigits = {
  /** Loads LiteRT.js; the name of the graphics card where one is to compute, else null. */
  async start(accelerator) {
    const device = await startLibrary(BACKENDS[accelerator]);
    if (accelerator !== 'webgpu') return null;
    loss = device.lost.then(() => null);
    const { vendor, architecture, description } = device.adapterInfo ?? {};
    return description || [vendor, architecture].filter(Boolean).join(' ') || null;
  },

  /** Compiles the file at `address`: what it takes and gives. */
  async open(address) {
    model = await compile(new Uint8Array(await (await fetch(address)).arrayBuffer()));
    const told = ({ name, dtype, shape }) => ({ name, dtype, shape: [...shape] });
    return { inputs: model.inputs.map(told), outputs: model.outputs.map(told) };
  },

  /** Answers `count` pictures one after the other; null when the graphics device was lost. */
  async answer(base64, count) {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const pictures = new ARRAYS[model.inputs[0].dtype](bytes.buffer);
    const size = pictures.length / count;
    let letters = '';
    for (let n = 0; n < count; n++) {
      const values = await Promise.race([loss, model.run(pictures.subarray(n * size, (n + 1) * size))]);
      if (values === null) return null;
      for (const byte of new Uint8Array(values.buffer, values.byteOffset, values.byteLength)) {
        letters += String.fromCharCode(byte);
      }
    }
    return btoa(letters);
  },
};
