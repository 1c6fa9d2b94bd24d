// Every way to answer; the code of each is fetched only when it is tried.
import * as plain from './plain.js';

/**
 * What each backend answers on, by name, the preferred one first: the target of the models that it runs, and what a
 * browser must know for it, told at once, where there is something to look for.
 */
const BACKENDS = {
  plain: { target: 'wasm' },
  wasm: { target: 'tfjs' },
  webgl: { target: 'tfjs', isKnown: () => 'WebGLRenderingContext' in globalThis },
  webgpu: { target: 'tfjs', isKnown: () => Boolean(navigator.gpu) },
  cpu: { target: 'tfjs' },
  litert: { target: 'tflite' },
  'litert-webgpu': { target: 'tflite', isKnown: () => Boolean(navigator.gpu) },
};

/**
 * What runs the models of a target: {version, start(backend), fetchModel(entry, took), openModel(files, page)}, and,
 * where it has one, `spare()`, which fetches what answers where its backend of today fails; an opened model has
 * `answer(picture)`, which gives or promises probabilities (Float32Array), and `dispose()`.
 */
const RUNNERS = {
  wasm: async () => plain,
  tfjs: () => import('./tensorflow.js'),
  tflite: () => import('./litert.js'),
};

let canWebgl = null;

/** The runner of the backend's models. */
export const runnerOf = (backend) => RUNNERS[BACKENDS[backend].target]();

/** Names of the backends that may answer for a page's models here, the preferred one first. */
export function backendsOf({ models }) {
  const names = Object.keys(BACKENDS);
  // No graphics context is made to find out, which would hold up the first answer: that there is none comes out when
  // the turn of such a backend comes.
  return names.filter((name) => modelsOn(name, models).length > 0 && (BACKENDS[name].isKnown?.() ?? true));
}

/** Those of a page's models that a backend runs. */
export function modelsOn(backend, models) {
  return models.filter(({ target }) => target === BACKENDS[backend].target);
}

/** Whether this browser has what a backend needs; that it works is only known when it has started. */
export function isOffered(name, page) {
  return backendsOf(page).includes(name) && (name !== 'webgl' || hasWebgl());
}

/**
 * The ways to try, {backend, model}: the wanted one first, then the backends that run the same model, then others with
 * the smallest model that they run. Where the wanted backend does not run the wanted model, the backend counts.
 */
export function waysToTry(page, backend, model) {
  const names = backendsOf(page);
  const runs = (name) => modelsOn(name, page.models).some(({ id }) => id === model);
  const first = names.includes(backend) ? backend : (names.find(runs) ?? names[0]);
  const modelOf = (name) => (runs(name) ? model : smallest(modelsOn(name, page.models)).id);
  const chosen = modelOf(first);
  const ways = names.map((name) => ({ backend: name, model: modelOf(name) }));
  const rank = (way) => (way.backend === first ? 0 : way.model === chosen ? 1 : 2);
  return ways.sort((one, other) => rank(one) - rank(other));
}

const smallest = (models) => models.reduce((least, each) => (each.gzip_bytes < least.gzip_bytes ? each : least));

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
