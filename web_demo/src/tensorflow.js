// Models that TensorFlow.js runs, on one of its backends; the code of each is fetched only when it is tried. A file
// apart, which a page whose models need no library never asks for.
import * as tf from '../vendor/tfjs.js';
import { channelsOf, putPixels, softmax, valueOf } from './channels.js';
import { fetchBytes, fetchJson } from './fetching.js';
import { FOLDER } from './page.js';
import { strings } from './strings.js';

export const version = tf.version_core;

/** Fetches what answers where the backend of today fails. */
export const spare = () => import('../vendor/tfjs-cpu.js');

const WASM_BINARY = 'vendor/tfjs-backend-wasm-simd.wasm.gz';

const STARTS = {
  async wasm() {
    const [{ register }, binary] = await Promise.all([import('../vendor/tfjs-wasm.js'), fetchBytes(WASM_BINARY)]);
    await register(binary);
  },
  async webgl() {
    await (await import('../vendor/tfjs-webgl.js')).register();
  },
  async webgpu() {
    await (await import('../vendor/tfjs-webgpu.js')).register();
  },
  async cpu() {
    await (await spare()).register();
  },
};

const registered = new Set();

/** Starts a backend and makes sure that it is the one in use; TensorFlow.js alone would go on with another. */
export async function start(name) {
  tf.env().set('PROD', true);
  if (!registered.has(name)) {
    await STARTS[name]();
    registered.add(name);
  }
  const started = await tf.setBackend(name);
  const used = tf.getBackend();
  if (started && used === name) return;
  // Tried again, it is to start afresh.
  tf.removeBackend(name);
  registered.delete(name);
  throw new Error(strings.otherBackend(name, used));
}

/** Fetches one of the page's models: everything that a graph model is made of. `took(bytes)` hears of every part. */
export async function fetchModel(entry, took) {
  const path = FOLDER + entry.path;
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const { weightsManifest = [], ...model } = await fetchJson(path, took);
  const shards = await Promise.all(
    weightsManifest.flatMap((group) => group.paths).map((name) => fetchBytes(folder + name, took)),
  );
  return {
    ...model,
    weightSpecs: weightsManifest.flatMap((group) => group.weights),
    weightData: await new Blob(shards).arrayBuffer(),
  };
}

/** Opens what `fetchModel` fetched on the backend in use; `page` describes what goes in and what comes out. */
export async function openModel(files, { input, output }) {
  const graph = await tf.loadGraphModel({ load: async () => files });
  const channels = channelsOf(input);
  const shape = [1, ...input.shape.slice(1)];
  const entrance = (graph.inputs.find((tensor) => tensor.name === input.name) ?? graph.inputs[0]).name;
  const isLogits = output?.kind === 'logits';
  return {
    /**
     * Probabilities (Float32Array) of one picture (Uint8Array, colours as red, green, blue).
     *
     * WebAssembly and plain JavaScript answer before the next frame; a graphics card when it is done.
     */
    async answer(picture) {
      const pixels = new Float32Array(picture.length);
      putPixels(pixels, picture, channels, valueOf);
      const result = tf.tidy(() => {
        const tensor = tf.tensor(pixels, shape, 'float32');
        return graph.execute({ [entrance]: tensor }, graph.outputs[0].name);
      });
      try {
        const answers = await result.data();
        return isLogits ? softmax(answers) : answers.slice();
      } finally {
        result.dispose();
      }
    },
    dispose: () => graph.dispose(),
  };
}
