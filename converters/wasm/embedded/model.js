// {name}: pixels in, probabilities out. Written by edgedigits for the model.wasm beside it; see README.md.

/** What the model tells apart, in the order of its answers. */
export const labels = {labels};
/** How many bytes a picture has. */
export const pixels = {pixels};

const digest = '{digest}';
const isLogits = {logits};

/**
 * Opens the model. `wasm` says where model.wasm is, or is its Response or its bytes.
 * Throws where it cannot be read, or belongs to another model than this file does.
 */
export async function load(wasm = new URL('model.wasm', import.meta.url)) {
  const { module, instance } = await instantiated(await wasm);
  const [told] = WebAssembly.Module.customSections(module, 'edgedigits');
  if (!told || hexadecimal(told) !== digest) throw new Error('model.wasm is of another model than model.js');
  const { memory, answer, ...numbers } = instance.exports;
  const given = new Uint8Array(memory.buffer, numbers.pixels.value, numbers.pixel_count.value);
  const found = new Uint8Array(memory.buffer, numbers.answers.value, numbers.class_count.value);
  const input = { scale: numbers.input_scale.value, zeroPoint: numbers.input_zero_point.value };
  const output = { scale: numbers.output_scale.value, zeroPoint: numbers.output_zero_point.value };

  function answerStored(picture) {
    if (picture.length !== given.length) {
      throw new RangeError(`a picture has ${given.length} bytes, and this one ${picture.length}`);
    }
    given.set(picture);
    answer();
    return found.slice();
  }
  return {
    input,
    output,
    answerStored,
    answer(picture) {
      const values = Float32Array.from(answerStored(picture), (q) => (q - output.zeroPoint) * output.scale);
      return isLogits ? softmax(values) : values;
    },
  };
}

async function instantiated(wasm) {
  if (typeof wasm === 'string') wasm = new URL(wasm, globalThis.location?.href ?? import.meta.url);
  if (wasm instanceof URL) {
    if (wasm.protocol === 'file:') {
      const { readFile } = await import(/* webpackIgnore: true */ /* @vite-ignore */ 'node:fs/promises');
      return WebAssembly.instantiate(await readFile(wasm));
    }
    wasm = await fetch(wasm);
  }
  if (!(wasm instanceof Response)) return WebAssembly.instantiate(wasm);
  if (!wasm.ok) throw new Error(`model.wasm cannot be fetched: ${wasm.status}`);
  // Compiling while it arrives is for servers that know the type of such files.
  const isTyped = wasm.headers.get('Content-Type') === 'application/wasm';
  return isTyped ? WebAssembly.instantiateStreaming(wasm) : WebAssembly.instantiate(await wasm.arrayBuffer());
}

function softmax(logits) {
  const most = Math.max(...logits);
  const raised = Array.from(logits, (logit) => Math.exp(logit - most));
  const sum = raised.reduce((total, each) => total + each, 0);
  return Float32Array.from(raised, (each) => each / sum);
}

function hexadecimal(buffer) {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
