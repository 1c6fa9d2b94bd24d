// Runs one TensorFlow.js model in a browser, with the demo page's own modules, for whoever calls `edgedigits` from
// outside of the page. Pictures and probabilities travel as base64 of their bytes (uint8; float32, little-endian).
import { startBackend, tf } from './src/backend.js';
import { Classifier, fetchModel } from './src/model.js';

let classifier = null;
let isLost = false;
/** Resolves to null when a graphics context is lost: after that, TensorFlow.js never answers. */
let loss = new Promise(() => {});

globalThis.edgedigits = {
  /** Starts a backend; what `used` says, and the device. */
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
    return { ...used(), device: device() };
  },

  /** Loads a model; `entry` and `page` are what model/page.json would say of it. */
  async open(entry, page) {
    classifier = await Classifier.open(await fetchModel(entry), page);
  },

  /** Answers pictures of `size` bytes one after the other; the values, and what `used` says. */
  async answer(base64, size) {
    const pictures = bytesOf(base64);
    const count = pictures.length / size;
    let values = null;
    for (let n = 0; n < count; n++) {
      const found = await Promise.race([loss, classifier.answer(pictures.subarray(n * size, (n + 1) * size))]);
      if (found === null) return used();
      values ??= new Float32Array(count * found.length);
      values.set(found, n * found.length);
    }
    return { values: base64Of(new Uint8Array(values.buffer)), ...used() };
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
