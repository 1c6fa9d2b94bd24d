// The pictures that travel with the page's models, and what the float model answers to them.
import { fetchJson } from './fetching.js';
import { FOLDER } from './page.js';
import { strings } from './strings.js';

/**
 * Pictures whose probabilities the float model gave: {pictures: [Uint8Array], probabilities}. Throws for pictures that
 * the page's models do not take, and for answers to other classes than theirs. `took(bytes)` hears of every part.
 */
export async function fetchGolden(name, page, took) {
  const path = FOLDER + name;
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
