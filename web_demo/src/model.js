// The models that were put beside the page: their files, the pictures that travel with them, and their answers.
import { tf } from './backend.js';
import { fetchBytes, fetchJson } from './fetching.js';
import { FOLDER } from './page.js';
import { strings } from './strings.js';

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

/**
 * Pictures whose probabilities the float model gave: {pictures: [Uint8Array], probabilities}. Throws for pictures that
 * the page's models do not take, and for answers to other classes than theirs.
 */
export async function fetchGolden(page, took) {
  const path = FOLDER + page.golden;
  const { pictures: held, probabilities } = await fetchJson(path, took);
  const size = page.input.size[0] * page.input.size[1] * page.input.channels;
  const bytes = Uint8Array.from(atob(held.base64), (letter) => letter.charCodeAt(0));
  const isAnswer = (row) => row.length === page.labels.length && row.every(Number.isFinite);
  const count = probabilities.length;
  if (count === 0 || bytes.length !== count * size || !probabilities.every(isAnswer)) {
    throw new Error(strings.badPage(path, strings.badGolden));
  }
  const pictures = Array.from({ length: count }, (_, n) => bytes.subarray(n * size, (n + 1) * size));
  return { pictures, probabilities };
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
 * Where each channel that a model takes lies in a picture's pixels and in the model's numbers. Pixels are 0..255; a
 * model takes (low + p / 255 * (high - low) - mean) / std of them.
 */
function channelsOf({ channels, range: [low, high], mean, std, order, layout }) {
  return Array.from({ length: channels }, (_, channel) => ({
    offset: (low - (mean?.[channel] ?? 0)) / (std?.[channel] ?? 1),
    scale: (high - low) / (std?.[channel] ?? 1) / 255,
    source: order === 'BGR' ? channels - 1 - channel : channel,
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

/** Indices of the `count` largest values, the largest first. */
export function likeliest(values, count) {
  const found = [];
  values.forEach((value, n) => {
    const place = found.findIndex((other) => value > values[other]);
    found.splice(place < 0 ? found.length : place, 0, n);
    found.length = Math.min(found.length, count);
  });
  return found;
}

function softmax(logits) {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
