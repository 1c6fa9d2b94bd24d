// TensorFlow.js and its backends; each backend's code is fetched only when it is tried.
import * as tf from '../vendor/tfjs.js';
import { fetchBytes } from './fetching.js';
import { strings } from './strings.js';

export { tf };

/** Backends by name, the preferred one first. To offer another, add its start here. */
const STARTS = {
  async wasm() {
    const [{ register }, binary] = await Promise.all([
      import('../vendor/tfjs-wasm.js'),
      fetchBytes('vendor/tfjs-backend-wasm-simd.wasm'),
    ]);
    await register(binary);
  },
  async cpu() {
    const { register } = await import('../vendor/tfjs-cpu.js');
    await register();
  },
};

/** The backends to try, the wanted one first. */
export function backendsToTry(wanted) {
  const names = Object.keys(STARTS);
  return names.includes(wanted) ? [wanted, ...names.filter((name) => name !== wanted)] : names;
}

/** Starts a backend and makes sure that it is the one in use; TensorFlow.js alone would go on with another. */
export async function startBackend(name) {
  tf.env().set('PROD', true);
  await STARTS[name]();
  const started = await tf.setBackend(name);
  if (!started || tf.getBackend() !== name) throw new Error(strings.otherBackend(name, tf.getBackend()));
}
