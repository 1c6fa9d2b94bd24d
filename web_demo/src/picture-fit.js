// Ink of one digit to the 28x28 picture that the model expects: the twin of edgedigits/picture/fit.py.

import { CLEAR } from './picture-parts.js';

export const SIDE = 28;
const BOX = 20;
const GRID = 4 * BOX; // thickness is changed on a grid of quarter pixels
const MARGIN = 8;
const HALF = 128;
// In hundredths of a pixel of the 20x20 box; what thin becomes is in quarter pixels, odd.
const THINNEST = 135;
const THIN_BECOMES = 9;
const THICKEST = 480;
const THICK_BECOMES = 420;

/**
 * The picture Uint8Array(784) of ink {values, width, height} whose box is already cut; all of it is 0
 * where nothing is left of the ink.
 */
export function fit(ink) {
  return centred(brightened(reduced(withUsualPen(ink), BOX)));
}

/** Eight times the area over pi times the edges crossed: Crofton's formula, for lines. */
export function pen({ values, width, height }) {
  let area = 0;
  let edges = 0;
  for (let y = 0, n = 0; y < height; y++) {
    let before = false;
    for (let x = 0; x < width; x++, n++) {
      const here = values[n] >= HALF;
      if (here !== before) edges++;
      before = here;
      const above = y > 0 && values[n - width] >= HALF;
      if (here !== above) edges++;
      if (here) area++;
      if (here && y === height - 1) edges++;
    }
    if (before) edges++;
  }
  return { width: 113 * 8 * area, scale: 355 * edges };
}

function withUsualPen(ink) {
  const { width, scale } = pen(ink);
  if (scale === 0) return ink;
  const hundredths = Math.floor((width * 100 * BOX) / (scale * Math.max(ink.width, ink.height)));
  if (hundredths < THINNEST) {
    const grid = padded(reduced(ink, GRID));
    const sums = windowSums(grid, THIN_BECOMES, 0);
    const divisor = THIN_BECOMES * Math.max(1, hundredths);
    return inkBox(grid, sums.map((sum) => Math.min(255, Math.floor((sum * 25) / divisor))), ink);
  }
  if (hundredths > THICKEST) {
    const grid = padded(reduced(ink, GRID));
    const window = Math.min(Math.floor(((hundredths - THICK_BECOMES) * 8) / 100) | 1, 2 * MARGIN + 1);
    const sums = windowSums({ ...grid, values: grid.values.map((value) => 255 - value) }, window, 255);
    const paper = (sum) => Math.min(255, Math.floor((sum * 2) / (window * window)));
    return inkBox(grid, sums.map((sum) => 255 - paper(sum)), ink);
  }
  return ink;
}

function padded({ values, width, height }) {
  const wide = width + 2 * MARGIN;
  const grid = new Float64Array(wide * (height + 2 * MARGIN));
  for (let y = 0; y < height; y++) {
    grid.set(values.subarray(y * width, (y + 1) * width), (y + MARGIN) * wide + MARGIN);
  }
  return { values: grid, width: wide, height: height + 2 * MARGIN };
}

/** Sums over squares of `window` (odd) pixels around each pixel of a grid that is `outside` at its edges. */
function windowSums({ values, width, height }, window, outside) {
  const half = window >> 1;
  const along = (from, count, lines, step, lineStep, beyond) => {
    const sums = new Float64Array(from.length);
    for (let line = 0; line < lines; line++) {
      const at = (n) => (n < 0 || n >= count ? beyond : from[line * lineStep + n * step]);
      let sum = 0;
      for (let n = -half; n < half; n++) sum += at(n);
      for (let n = 0; n < count; n++) {
        sum += at(n + half);
        sums[line * lineStep + n * step] = sum;
        sum -= at(n - half);
      }
    }
    return sums;
  };
  const down = along(values, height, width, width, 1, outside);
  return along(down, width, height, 1, width, outside * window);
}

/** The box around the clear ink of a redrawn grid, or the ink as it was where nothing is left. */
function inkBox({ width, height }, values, ink) {
  let [top, bottom, left, right] = [height, -1, width, -1];
  for (let y = 0, n = 0; y < height; y++) {
    for (let x = 0; x < width; x++, n++) {
      if (values[n] < CLEAR) continue;
      if (y < top) top = y;
      bottom = y;
      if (x < left) left = x;
      if (x > right) right = x;
    }
  }
  if (bottom < 0) return ink;
  const box = { width: right - left + 1, height: bottom - top + 1 };
  box.values = new Float64Array(box.width * box.height);
  for (let y = 0; y < box.height; y++) {
    const from = (top + y) * width + left;
    box.values.set(values.subarray(from, from + box.width), y * box.width);
  }
  return box;
}

/** The ink scaled so that its longer side is `cells`, each the mean of the area that it covers. */
function reduced(ink, cells) {
  const longer = Math.max(ink.height, ink.width);
  const scaled = (length) => Math.max(1, Math.floor((length * cells + (longer >> 1)) / longer));
  const height = scaled(ink.height);
  const width = scaled(ink.width);

  const bands = covered(ink.values, ink.height, height, ink.width, ink.width, 1);
  const sums = covered(bands, ink.width, width, height, 1, ink.width);
  const area = ink.height * ink.width;
  const half = Math.floor(area / 2);
  // The sums lie column by column.
  const values = new Float64Array(height * width);
  for (let x = 0, n = 0; x < width; x++) {
    for (let y = 0; y < height; y++, n++) values[y * width + x] = Math.floor((sums[n] + half) / area);
  }
  return { height, width, values };
}

/**
 * Sums over `cells` equal stretches of `length` values, for each of some lines: a value weighs `cells`,
 * and one that two stretches share is divided exactly between them. Cell by cell, lines in each.
 */
function covered(values, length, cells, lines, step, lineStep) {
  const sums = new Float64Array(cells * lines);
  for (let cell = 0; cell < cells; cell++) {
    const from = cell * length;
    const to = from + length;
    for (let n = Math.floor(from / cells); n * cells < to; n++) {
      const weight = Math.min((n + 1) * cells, to) - Math.max(n * cells, from);
      for (let line = 0, at = n * step, sum = cell * lines; line < lines; line++, at += lineStep, sum++) {
        sums[sum] += weight * values[at];
      }
    }
  }
  return sums;
}

/** Shrinking darkens thin lines; makes the brightest pixel 255 again. */
function brightened(box) {
  const top = box.values.reduce((most, value) => Math.max(most, value), 0);
  if (top === 0 || top === 255) return box;
  const half = Math.floor(top / 2);
  const values = box.values.map((value) => Math.min(255, Math.floor((value * 255 + half) / top)));
  return { ...box, values };
}

/** Places the box so that its centre of mass is nearest to the middle of 28x28. */
function centred({ height, width, values }) {
  let total = 0;
  let down = 0;
  let across = 0;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      total += values[at];
      down += (2 * y + 1) * values[at];
      across += (2 * x + 1) * values[at];
    }
  }
  const picture = new Uint8Array(SIDE * SIDE);
  if (total === 0) return picture;
  const corner = (moment, size) => {
    const wanted = Math.floor(((SIDE + 2) * total - moment) / (2 * total));
    return Math.min(Math.max(wanted, 0), SIDE - size);
  };
  const top = corner(down, height);
  const left = corner(across, width);
  for (let y = 0; y < height; y++) {
    picture.set(values.subarray(y * width, (y + 1) * width), (top + y) * SIDE + left);
  }
  return picture;
}
