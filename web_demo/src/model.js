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
  #scale;
  #offset;
  #isLogits;

  /** Opens what `fetchModel` fetched; `page` describes what goes in and what comes out. */
  static async open(artifacts, { input, output }) {
    const classifier = new Classifier();
    classifier.#graph = await tf.loadGraphModel({ load: async () => artifacts });
    const { inputs, outputs } = classifier.#graph;
    classifier.#input = (inputs.find((tensor) => tensor.name === input.name) ?? inputs[0]).name;
    classifier.#output = outputs[0].name;
    classifier.#shape = [1, ...input.shape.slice(1)];
    // Pictures are 0..255; a model that takes another range gets them mapped linearly.
    const [low, high] = input.range;
    classifier.#scale = (high - low) / 255;
    classifier.#offset = low;
    classifier.#isLogits = output?.kind === 'logits';
    return classifier;
  }

  /**
   * Probabilities (Float32Array of 10) of one picture (Uint8Array of 784).
   *
   * WebAssembly and plain JavaScript answer before the next frame; a graphics card when it is done.
   */
  async answer(picture) {
    const pixels = Float32Array.from(picture, (value) => this.#offset + value * this.#scale);
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

/** Index of the largest value. */
export const best = (probabilities) => probabilities.indexOf(Math.max(...probabilities));

function softmax(logits) {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
