// Any photo to a picture of a given height and width, in colour or grey.
//
// The twin of edgedigits/picture/frame.py, step for step as docs/picture.md has it: identical bytes.

import { resample } from './picture-resample.js';
import { checkPixels } from './picture.js';

/** What becomes of a photo of another shape: made narrower or lower, cut in the middle, or put between bars. */
export const MODES = ['stretch', 'crop', 'pad'];

/**
 * Frames RGBA pixels (Uint8Array or Uint8ClampedArray of width * height * 4), which are laid on white.
 *
 * `wanted` is {height, width, mode, channels, fill}: channels is 3 for red, green and blue or 1 for their luma, fill
 * the colour [red, green, blue] of pad's bars. Returns Uint8Array(wanted.height * wanted.width * channels).
 */
export function frame(rgba, width, height, wanted) {
  const { mode, channels = 3, fill = [0, 0, 0] } = wanted;
  checkPixels(rgba, width, height);
  if (!(wanted.height >= 1 && wanted.width >= 1) || ![1, 3].includes(channels) || !MODES.includes(mode)) {
    throw new RangeError(`a picture cannot be ${wanted.height}x${wanted.width} of ${channels} channels by ${mode}`);
  }
  const pixels = new Uint8Array(rgba.buffer, rgba.byteOffset, rgba.length);
  const whole = { left: 0, top: 0, width, height };
  const part = mode === 'crop' ? inner(whole, wanted) : whole;
  const place = mode === 'pad' ? inner(wanted, whole) : { left: 0, top: 0, width: wanted.width, height: wanted.height };
  const colours = resample(pixels, width, part, place.height, place.width);
  const framed = mode === 'pad' ? between(fill, colours, place, wanted) : colours;
  return channels === 3 ? framed : luma(framed);
}

/** The largest rectangle of a shape in the middle of height x width. */
function inner({ height, width }, shape) {
  const size = { height, width };
  if (width * shape.height > height * shape.width) {
    size.width = Math.max(1, Math.floor((height * shape.width + (shape.height >> 1)) / shape.height));
  } else {
    size.height = Math.max(1, Math.floor((width * shape.height + (shape.width >> 1)) / shape.width));
  }
  return { ...size, left: (width - size.width) >> 1, top: (height - size.height) >> 1 };
}

/** Colours in their place between bars. */
function between(fill, colours, { left, top, width, height }, wanted) {
  const framed = new Uint8Array(wanted.height * wanted.width * 3);
  for (let n = 0; n < framed.length; n++) framed[n] = fill[n % 3];
  for (let y = 0; y < height; y++) {
    framed.set(colours.subarray(3 * y * width, 3 * (y + 1) * width), 3 * ((top + y) * wanted.width + left));
  }
  return framed;
}

function luma(colours) {
  const grey = new Uint8Array(colours.length / 3);
  for (let n = 0, at = 0; n < grey.length; n++, at += 3) {
    grey[n] = (299 * colours[at] + 587 * colours[at + 1] + 114 * colours[at + 2] + 500) / 1000;
  }
  return grey;
}
