// Models that are WebAssembly themselves, and need no library: they tell where they look for a picture and leave their
// answers, and how they store both.
import { channelsOf, putPixels, softmax, valueOf } from './channels.js';
import { fetchBytes } from './fetching.js';
import { FOLDER } from './page.js';
import { strings } from './strings.js';

/** Of a library; there is none. */
export const version = null;

/** There is nothing to start. */
export async function start() {}

/** Fetches one of the page's models. `took(bytes)` hears of every part. */
export const fetchModel = (entry, took) => fetchBytes(FOLDER + entry.path, took);

/** Opens what `fetchModel` fetched; `page` describes what goes in and what comes out. */
export async function openModel(bytes, { input, output }) {
  const { instance } = await WebAssembly.instantiate(bytes);
  const { memory, answer, ...told } = instance.exports;
  // Numbers that are none of 0..255 become the nearest of these.
  const taken = new Uint8ClampedArray(memory.buffer, told.pixels.value, told.pixel_count.value);
  const given = new Uint8Array(memory.buffer, told.answers.value, told.class_count.value);
  if (taken.length !== input.shape.reduce((product, side) => product * side)) throw new Error(strings.otherPicture);
  const stored = (value) => {
    const steps = value / told.input_scale.value;
    return Math.trunc(steps + Math.sign(steps) / 2) + told.input_zero_point.value;
  };
  const levels = channelsOf(input).map((channel) => ({
    ...channel,
    stored: Array.from({ length: 256 }, (_, pixel) => stored(valueOf(channel, pixel))),
  }));
  const probability = (number) => (number - told.output_zero_point.value) * told.output_scale.value;
  return {
    /** Probabilities (Float32Array) of one picture (Uint8Array, colours as red, green, blue), before the next frame. */
    answer(picture) {
      putPixels(taken, picture, levels, (channel, pixel) => channel.stored[pixel]);
      answer();
      const answers = Float32Array.from(given, probability);
      return output?.kind === 'logits' ? softmax(answers) : answers;
    },
    dispose() {},
  };
}
