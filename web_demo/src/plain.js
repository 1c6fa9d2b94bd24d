// Models that are WebAssembly themselves, and need no library.
import { fetchBytes } from './fetching.js';
import { FOLDER } from './page.js';

/** Of the library; there is none. */
export const version = null;

/** There is nothing to start. */
export async function start() {}

/** Fetches one of the page's models. `took(bytes)` hears of every part. */
export const fetchModel = (entry, took) => fetchBytes(FOLDER + entry.path, took);

/** Opens what `fetchModel` fetched. */
export async function openModel(bytes) {
  const { instance } = await WebAssembly.instantiate(bytes);
  const { memory, pixels_at, answers_at, run } = instance.exports;
  const pixels = new Uint8Array(memory.buffer, pixels_at(), 784);
  const answers = new Uint8Array(memory.buffer, answers_at(), 10);
  return {
    answer(picture) {
      pixels.set(picture);
      run();
      return Float32Array.from(answers, (each) => each / 256);
    },
    dispose() {},
  };
}
