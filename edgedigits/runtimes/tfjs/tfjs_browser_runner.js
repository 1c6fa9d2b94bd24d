// Runs one TensorFlow.js model in a browser, with the demo page's own modules, for whoever calls `edgedigits` from
// outside of the page. Pictures and probabilities travel as base64 of their bytes (uint8; float32, little-endian).
import { fetchModel, openModel, start as startBackend } from './src/tensorflow.js';
import * as tf from './vendor/tfjs.js';

let opened = null;
let isLost = false;
/** Resolves to null when a graphics context is lost: after that, TensorFlow.js never answers. */
let loss = new Promise(() => {});

globalThis.edgedigits = {
  /** Starts a backend; what `used` says, the device, and the version of TensorFlow.js. */
  async start(backend, halfFloat) {
    if (halfFloat) {
      // The flag is made known by the module, and looked at when the backend starts.
      await import('./vendor/tfjs-webgl.js');
      tf.env().set('WEBGL_FORCE_F16_TEXTURES', true);
    }
    await startBackend(backend);
    loss = lossOf(backend).then(() => {
      isLost = true;
      return null;
    });
    return { ...used(), device: device(), version: tf.version_core };
  },

  /**
   * Loads a model; `entry` and `page` are what model/page.json would say of it. Milliseconds from its files, already
   * fetched, to a model that is ready.
   */
  async open(entry, page) {
    const files = await fetchModel(entry);
    const started = performance.now();
    opened = await openModel(files, page);
    return performance.now() - started;
  },

  /** Answers pictures of `size` bytes one after the other; the values, and what `used` says. */
  async answer(base64, size) {
    const pictures = bytesOf(base64);
    const count = pictures.length / size;
    let values = null;
    for (let n = 0; n < count; n++) {
      const found = await Promise.race([loss, opened.answer(pictures.subarray(n * size, (n + 1) * size))]);
      if (found === null) return used();
      values ??= new Float32Array(count * found.length);
      values.set(found, n * found.length);
    }
    return { values: base64Of(new Uint8Array(values.buffer)), ...used() };
  },

  /**
   * Answers one picture again and again: untimed for some milliseconds, then `least` times and until `milliseconds`
   * are over. The milliseconds of each timed answer, and what `used` says.
   */
  async time(base64, warmMilliseconds, milliseconds, least) {
    const picture = bytesOf(base64);
    const times = [];
    const warmUntil = performance.now() + warmMilliseconds;
    while (performance.now() < warmUntil) {
      if ((await Promise.race([loss, opened.answer(picture)])) === null) return used();
    }
    let last = performance.now();
    const until = last + milliseconds;
    while (times.length < least || last < until) {
      if ((await Promise.race([loss, opened.answer(picture)])) === null) return used();
      const now = performance.now();
      times.push(now - last);
      last = now;
    }
    return { times, ...used() };
  },
};

/** What computes at this moment: {backend, halfFloat, isLost}. */
function used() {
  const backend = tf.getBackend();
  const halfFloat = backend === 'webgl' && !tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED');
  return { backend, halfFloat, isLost };
}

function lossOf(backend) {
  if (backend === 'webgl') {
    const { canvas } = tf.backend().gpgpu.gl;
    return new Promise((resolve) => canvas.addEventListener('webglcontextlost', resolve));
  }
  return backend === 'webgpu' ? tf.backend().device.lost : new Promise(() => {});
}

/** Name of the graphics card, or of what stands in for it; null where none computes. */
function device() {
  if (tf.getBackend() === 'webgl') {
    const { gl } = tf.backend().gpgpu;
    const names = gl.getExtension('WEBGL_debug_renderer_info');
    return names && gl.getParameter(names.UNMASKED_RENDERER_WEBGL);
  }
  if (tf.getBackend() === 'webgpu') {
    const { vendor, architecture, description } = tf.backend().device.adapterInfo ?? {};
    return description || [vendor, architecture].filter(Boolean).join(' ') || null;
  }
  return null;
}

function bytesOf(base64) {
  const letters = atob(base64);
  const bytes = new Uint8Array(letters.length);
  for (let n = 0; n < bytes.length; n++) bytes[n] = letters.charCodeAt(n);
  return bytes;
}

function base64Of(bytes) {
  let letters = '';
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters);
}
