// What there is to be read for a model that takes pictures of any kind: the picture, framed, and nothing searched for in
// it. A file apart, which a page for drawings never asks for.
import { frame } from './picture-frame.js';

/** The twin of `look` in reading.js for a model that takes {size, channels, fit}. */
export function wholly({ size, channels, fit }) {
  const wanted = { height: size[0], width: size[1], channels, mode: fit };
  return ({ rgba, width, height }) => ({ picture: frame(rgba, width, height, wanted), lines: [] });
}
