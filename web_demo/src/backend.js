// TensorFlow.js and its backends; each backend's code is fetched only when it is tried.
import * as tf from '../vendor/tfjs.js';
import { fetchBytes } from './fetching.js';
import { strings } from './strings.js';

export { tf };

const WASM_BINARY = 'vendor/tfjs-backend-wasm-simd.wasm.gz';

/** Backends by name, the preferred one first. To offer another, add its start here. */
const STARTS = {
  async wasm() {
    const [{ register }, binary] = await Promise.all([
      import('../vendor/tfjs-wasm.js'),
      fetchBytes(WASM_BINARY).then(inflated),
    ]);
    await register(binary);
  },
  async webgl() {
    await (await import('../vendor/tfjs-webgl.js')).register();
  },
  async webgpu() {
    await (await import('../vendor/tfjs-webgpu.js')).register();
  },
  async cpu() {
    await (await import('../vendor/tfjs-cpu.js')).register();
  },
};

/** What a browser must know for a backend, told at once; the others need nothing that could be looked for. */
const NEEDS = {
  webgl: () => 'WebGLRenderingContext' in globalThis,
  webgpu: () => Boolean(navigator.gpu),
};

const registered = new Set();
let canWebgl = null;

/** Whether this browser has what a backend needs; that it works is only known when it has started. */
export function isOffered(name) {
  return mayWork(name) && (name !== 'webgl' || hasWebgl());
}

/**
 * The backends to try, the wanted one first. No graphics context is made to find out, which would hold up the first
 * answer: that one has none comes out when its turn comes.
 */
export function backendsToTry(wanted) {
  const names = Object.keys(STARTS).filter(mayWork);
  return names.includes(wanted) ? [wanted, ...names.filter((name) => name !== wanted)] : names;
}

/** Starts a backend and makes sure that it is the one in use; TensorFlow.js alone would go on with another. */
export async function startBackend(name) {
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

function mayWork(name) {
  return name in STARTS && (NEEDS[name]?.() ?? true);
}

/** Bytes as they were before gzip; a server or browser may have inflated them already. */
async function inflated(bytes) {
  const [first, second] = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength));
  if (first !== 0x1f || second !== 0x8b) return bytes;
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
}

function hasWebgl() {
  if (canWebgl === null) {
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('webgl2') ?? canvas.getContext('webgl');
    canWebgl = context !== null;
    // Browsers allow a page few contexts at a time.
    context?.getExtension('WEBGL_lose_context')?.loseContext();
  }
  return canWebgl;
}
