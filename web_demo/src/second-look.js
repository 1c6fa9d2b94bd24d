// A second look at a digit that a model is unsure of. The twin of edgedigits/reading/second_look.py.

import { CLEAR } from './picture-parts.js';

const SIDE = 28;
const MIDDLE = (SIDE - 1) / 2;
const MOVES = [[-1, 0], [1, 0], [0, -1], [0, 1]]; // rows and columns
const NARROWED = [[0, 0, 0.65], [0, 0, 0.75], [0, 0, 0.85]]; // parts of the width
const LEAST_WIDTH = 0.9; // of the height

/**
 * Better probabilities of a 28x28 picture: the mean of `first`, of the answers to it moved by one pixel each way, and of
 * those to it made narrower where its digit may have been stretched.
 */
export async function again(answer, picture, first) {
  const looks = mayBeStretched(picture) ? [...MOVES, ...NARROWED] : MOVES;
  const others = await Promise.all(looks.map((look) => answer(moved(picture, ...look))));
  const all = [first, ...others];
  return Float32Array.from(first, (_, place) => all.reduce((sum, each) => sum + each[place], 0) / all.length);
}

/** Whether there is ink in about as many columns as rows. */
function mayBeStretched(picture) {
  const rows = new Set();
  const columns = new Set();
  picture.forEach((level, at) => level >= CLEAR && (columns.add(at % SIDE), rows.add(at - (at % SIDE))));
  return columns.size >= LEAST_WIDTH * rows.size;
}

/** A picture (Uint8Array of 28x28) moved by so many pixels, and of so much of its width; zeros come in. */
function moved(picture, down, right, width = 1) {
  return picture.map((_, at) => {
    const place = MIDDLE + ((at % SIDE) - right - MIDDLE) / width;
    const left = Math.floor(place);
    const row = at - (at % SIDE) - SIDE * down;
    const level = (column) => (column >= 0 && column < SIDE && picture[row + column]) || 0; // undefined becomes 0, too
    return level(left) + (level(left + 1) - level(left)) * (place - left) + 0.5;
  });
}
