// Any picture to the 28x28 grey levels that the model expects: ink bright on dark, centred.
//
// The twin of edgedigits/picture/picture.py, step for step as docs/picture.md has it: identical bytes.

import { SIDE, fit } from './picture-fit.js';
import { findInk } from './picture-ink.js';
import { cutInk, findParts, oneDigit } from './picture-parts.js';

export { SIDE };
const MOST_PIXELS = 40_000_000;

/**
 * Prepares RGBA pixels (Uint8Array or Uint8ClampedArray of width * height * 4).
 *
 * Returns Uint8Array(784), or null when the picture is blank.
 */
export function prepare(rgba, width, height) {
  const pieces = piecesOf(rgba, width, height);
  return pieces && oneDigitOf(pieces);
}

/** Throws for pixels that are no picture, or one of more than 40 million pixels. */
export function checkPixels(rgba, width, height) {
  if (!(width >= 1 && height >= 1) || width * height > MOST_PIXELS || rgba.length !== width * height * 4) {
    throw new RangeError(`${width}x${height} pixels in ${rgba.length} bytes are no picture`);
  }
}

/**
 * The ink of a picture and its connected parts, {ink, parts}, or null when the picture is blank. `box` {top, left,
 * bottom, right}, where there is one, says that all pixels outside of it are transparent.
 */
export function piecesOf(rgba, width, height, box = null) {
  checkPixels(rgba, width, height);
  const ink = findInk(rgba, width, height, box);
  return ink && { ink, parts: findParts(ink.levels, ink.width, ink.height, ink.box) };
}

/** The prepared picture of the one digit that pieces hold, or null when all are specks or too far apart. */
export function oneDigitOf({ ink, parts }) {
  const digit = oneDigit(parts, ink.width, ink.height);
  if (digit.length === 0) return null;
  const picture = fit(cutInk(ink.levels, ink.width, digit));
  return picture.some((level) => level > 0) ? picture : null;
}
