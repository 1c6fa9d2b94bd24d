// The model that was put beside the page: what model/page.json says of it, and its answers.
import { tf } from './backend.js';
import { fetchBytes, fetchJson } from './fetching.js';
import { strings } from './strings.js';

const FOLDER = 'model/';
const PAGE = `${FOLDER}page.json`;
const SCHEMA_VERSION = 2;

/** What model/page.json says: {default, models, input, output, labels, golden, reject}. */
export async function readPage() {
  const page = await fetchJson(PAGE);
  const refuse = (why) => {
    throw new Error(strings.badPage(PAGE, why));
  };
  if (page.schema_version !== SCHEMA_VERSION) refuse(`schema_version ${page.schema_version}`);
  if (!page.models?.some((model) => model.id === page.default)) refuse(`no model ${page.default}`);
  if (page.labels?.length !== 10) refuse('labels');
  return page;
}

/** Fetches one of the page's models: everything that a graph model is made of. */
export async function fetchModel(entry) {
  const path = FOLDER + entry.path;
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const { weightsManifest = [], ...model } = await fetchJson(path);
  const shards = await Promise.all(
    weightsManifest.flatMap((group) => group.paths).map((name) => fetchBytes(folder + name)),
  );
  return {
    ...model,
    weightSpecs: weightsManifest.flatMap((group) => group.weights),
    weightData: await new Blob(shards).arrayBuffer(),
  };
}

/** Pictures whose probabilities the float model gave: {pictures: [Uint8Array], probabilities}. */
export async function fetchGolden(page) {
  const golden = await fetchJson(FOLDER + page.golden);
  const [count, ...sides] = golden.pictures.shape;
  const size = sides.reduce((product, side) => product * side, 1);
  const bytes = Uint8Array.from(atob(golden.pictures.base64), (letter) => letter.charCodeAt(0));
  const pictures = Array.from({ length: count }, (_, n) => bytes.subarray(n * size, (n + 1) * size));
  return { pictures, probabilities: golden.probabilities };
}

/** A model on the backend in use. */
export class Classifier {
  #graph;
  #input;
  #output;
  #shape;
  #channels;
  #isLogits;

  /** Opens what `fetchModel` fetched; `page` describes what goes in and what comes out. */
  static async open(artifacts, { input, output }) {
    const classifier = new Classifier();
    classifier.#graph = await tf.loadGraphModel({ load: async () => artifacts });
    const { inputs, outputs } = classifier.#graph;
    classifier.#input = (inputs.find((tensor) => tensor.name === input.name) ?? inputs[0]).name;
    classifier.#output = outputs[0].name;
    classifier.#shape = [1, ...input.shape.slice(1)];
    classifier.#channels = channelsOf(input);
    classifier.#isLogits = output?.kind === 'logits';
    return classifier;
  }

  /**
   * Probabilities (Float32Array) of one picture (Uint8Array, colours as red, green, blue).
   *
   * WebAssembly and plain JavaScript answer before the next frame; a graphics card when it is done.
   */
  async answer(picture) {
    const pixels = mapped(picture, this.#channels);
    const result = tf.tidy(() => {
      const tensor = tf.tensor(pixels, this.#shape, 'float32');
      return this.#graph.execute({ [this.#input]: tensor }, this.#output);
    });
    try {
      const answers = await result.data();
      return this.#isLogits ? softmax(answers) : answers.slice();
    } finally {
      result.dispose();
    }
  }

  dispose() {
    this.#graph.dispose();
  }
}

/**
 * Where each channel that a model takes lies in a picture's pixels and in the model's numbers. Pixels are 0..255;
 * a model that takes another range gets them mapped linearly.
 */
function channelsOf({ range, limits = [range], order, layout }) {
  const count = limits.length;
  return limits.map(([low, high], channel) => ({
    offset: low,
    scale: (high - low) / 255,
    source: order === 'BGR' ? count - 1 - channel : channel,
    planar: layout === 'channels first',
  }));
}

function mapped(picture, channels) {
  const count = channels.length;
  const plane = picture.length / count;
  const pixels = new Float32Array(picture.length);
  channels.forEach(({ offset, scale, source, planar }, channel) => {
    const [first, step] = planar ? [channel * plane, 1] : [channel, count];
    for (let n = 0; n < plane; n += 1) pixels[first + n * step] = offset + picture[n * count + source] * scale;
  });
  return pixels;
}

/** Index of the largest value. */
export const best = (probabilities) => probabilities.indexOf(Math.max(...probabilities));

function softmax(logits) {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
