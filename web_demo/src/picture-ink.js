// Pixels to ink: how much of the pen's ink each pixel holds, whatever the paper and the light.
//
// The twin of edgedigits/picture/ink.py: whole numbers only, which doubles hold exactly. A picture
// is called dark-inked below: one with bright ink is turned into its negative first.

import { DARKEST_PAPER, FINE, FULL, cellsOf, paperOf, withoutShadows } from './picture-paper.js';
import { whole } from './picture-parts.js';

const LONGEST = 1024;
const CELLS = 64;
const LEAST_CONTRAST = 512;

/**
 * Ink levels {levels, width, height, factor, box}, or null when nothing stands out from the paper; there is none outside
 * of the box. That of the pixels, where it is given, has everything that is not transparent.
 */
export function findInk(rgba, width, height, given) {
  const factor = Math.ceil(Math.max(width, height) / LONGEST);
  const box = factor === 1 && given ? given : whole(Math.ceil(width / factor), Math.ceil(height / factor));
  const grey = factor === 1 ? greyOverWhite(rgba, width, height, box) : reducedGrey(rgba, width, height, factor);
  if (isFlat(grey.values)) return null;
  const side = Math.ceil(Math.max(grey.width, grey.height) / CELLS);
  const cells = cellsOf(grey, side, box);
  const { paper, isNegative } = paperOf(cells);
  const found = isFlat(paper.values)
    ? levelsOnFlat(paper, grey, cells, isNegative, box)
    : levelsOnUneven(paper, grey, cells, isNegative, side);
  return found && { box: whole(grey.width, grey.height), ...found, width: grey.width, height: grey.height, factor };
}

/** {levels, box} where the paper is the same everywhere, as on a pad: there a grey level says how much ink it is. */
function levelsOnFlat({ values: [level] }, { values, width }, cells, isNegative, box) {
  const strength = new Uint16Array(256);
  for (let dark = 0; dark < 256 && FINE * dark < level; dark++) {
    strength[isNegative ? 255 - dark : dark] = Math.floor(
      ((level - FINE * dark) * FULL) / Math.max(level, DARKEST_PAPER),
    );
  }
  const table = levelTable(peaksAmong((isNegative ? cells.highs : cells.lows).map((grey) => strength[grey])));
  if (!table) return null;
  const levelOf = lookedUp(strength, table);
  if (levelOf[255] > 0) return { levels: lookedUp(values, levelOf) };
  const levels = new Uint8Array(values.length);
  for (let y = box.top; y < box.bottom; y++) {
    for (let n = y * width + box.left; n < y * width + box.right; n++) levels[n] = levelOf[values[n]];
  }
  return { levels, box };
}

/** {levels} on paper of which every place has its own brightness. */
function levelsOnUneven(paper, grey, cells, isNegative, side) {
  if (isNegative) for (let n = 0; n < grey.values.length; n++) grey.values[n] = 255 - grey.values[n];
  let strength = strengthOf(grey, paper, side);
  let peaks = peaksOf(strength, grey, side);
  if (peaks.paperCells === 0) return null;
  if (!isNegative) {
    const count = peaks.values.length;
    const lit = withoutShadows(cells, paper, peaks.values[count - 1 - Math.floor(count / 100)]);
    strength = strengthOf(grey, lit, side);
    peaks = peaksOf(strength, grey, side);
  }
  const table = levelTable(peaks);
  return table && { levels: lookedUp(strength, table) };
}

/** What `table` has for each of `values`. */
function lookedUp(values, table) {
  const found = new Uint8Array(values.length);
  for (let n = 0; n < found.length; n++) found[n] = table[values[n]];
  return found;
}

function isFlat(values) {
  const first = values[0];
  return values.every((value) => value === first);
}

function luma(rgba, at) {
  const alpha = rgba[at + 3];
  let red = rgba[at];
  let green = rgba[at + 1];
  let blue = rgba[at + 2];
  if (alpha !== 255) {
    const white = 255 * (255 - alpha) + 127;
    red = ((red * alpha + white) / 255) | 0;
    green = ((green * alpha + white) / 255) | 0;
    blue = ((blue * alpha + white) / 255) | 0;
  }
  return 299 * red + 587 * green + 114 * blue;
}

function greyOverWhite(rgba, width, height, { top, left, bottom, right }) {
  const values = new Uint8Array(width * height).fill(255);
  for (let y = top; y < bottom; y++) {
    for (let n = y * width + left; n < y * width + right; n++) {
      if (rgba[4 * n + 3] !== 0) values[n] = ((luma(rgba, 4 * n) + 500) / 1000) | 0;
    }
  }
  return { values, width, height };
}

function reducedGrey(rgba, width, height, factor) {
  const columns = Math.ceil(width / factor);
  const rows = Math.ceil(height / factor);
  const values = new Uint8Array(columns * rows);
  const sums = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    sums.fill(0);
    const bottom = Math.min(height, (row + 1) * factor);
    for (let y = row * factor; y < bottom; y++) {
      for (let column = 0, x = 0, at = 4 * y * width; column < columns; column++) {
        const right = Math.min(width, x + factor);
        let sum = 0;
        for (; x < right; x++, at += 4) sum += luma(rgba, at);
        sums[column] += sum;
      }
    }
    for (let column = 0; column < columns; column++) {
      const across = Math.min(width, (column + 1) * factor) - column * factor;
      const pixels = across * (bottom - row * factor);
      values[row * columns + column] = Math.floor((sums[column] + 500 * pixels) / (1000 * pixels));
    }
  }
  return { values, width: columns, height: rows };
}

/** What part of the paper's light each pixel swallows, 0 to 4095. */
function strengthOf({ values, width, height }, paper, side) {
  const strength = new Uint16Array(values.length);
  const line = new Int32Array(paper.width);
  const area = 4 * side * side;
  for (let y = 0, n = 0; y < height; y++) {
    const [upper, lower, part] = between(y, side, paper.height);
    for (let x = 0; x < paper.width; x++) {
      line[x] = paper.values[upper * paper.width + x] * (2 * side - part) + paper.values[lower * paper.width + x] * part;
    }
    for (let x = 0; x < width; x++, n++) {
      const place = 2 * x + 1 - side;
      const before = Math.floor(place / (2 * side));
      const share = place - before * 2 * side;
      const left = line[before < 0 ? 0 : before];
      const right = line[before + 1 < paper.width ? before + 1 : paper.width - 1];
      const here = ((left * (2 * side - share) + right * share + area / 2) / area) | 0;
      const ink = here - FINE * values[n];
      if (ink > 0) strength[n] = ((ink * FULL) / (here > DARKEST_PAPER ? here : DARKEST_PAPER)) | 0;
    }
  }
  return strength;
}

/** The cell before a pixel, the cell after it, the part of the latter in 1/(2 side). */
function between(pixel, side, cells) {
  const place = 2 * pixel + 1 - side;
  const before = Math.floor(place / (2 * side));
  return [Math.max(before, 0), Math.min(before + 1, cells - 1), place - before * 2 * side];
}

/** The strongest pixel of each cell, sorted, and how many of these are paper (0: no ink). */
function peaksOf(strength, { width, height }, side) {
  const columns = Math.ceil(width / side);
  const peaks = new Uint16Array(columns * Math.ceil(height / side));
  for (let y = 0, n = 0; y < height; y++) {
    const from = Math.floor(y / side) * columns;
    for (let column = 0, x = 0; column < columns; column++) {
      const right = Math.min(width, x + side);
      let peak = peaks[from + column];
      for (; x < right; x++, n++) if (strength[n] > peak) peak = strength[n];
      peaks[from + column] = peak;
    }
  }
  return peaksAmong(peaks);
}

function peaksAmong(peaks) {
  peaks.sort();
  return { values: peaks, paperCells: paperCellsOf(peaks) };
}

/** The level of each strength, stretched from the paper's grain (0) to the pen's ink (255); null without ink. */
function levelTable({ values, paperCells }) {
  if (paperCells === 0) return null;
  const grain = values[(paperCells - 1) >> 1];
  const span = values[(paperCells + values.length - 1) >> 1] - grain;
  if (span < LEAST_CONTRAST || span < grain) return null;
  const table = new Uint8ClampedArray(FULL + 1);
  for (let value = 0; value <= FULL; value++) {
    table[value] = Math.floor(((value - grain) * 255 + (span >> 1)) / span);
  }
  return table;
}

/** How many of the sorted peaks are paper: Otsu's threshold over 256 steps; 0 if there is none. */
function paperCellsOf(peaks) {
  const counts = new Array(256).fill(0);
  for (const peak of peaks) counts[peak >> 4]++;
  const total = counts.reduce((sum, count, step) => sum + count * step, 0);
  let [w0, s0, most, best] = [0, 0, 0, 0];
  for (let step = 0; step < 255; step++) {
    w0 += counts[step];
    s0 += counts[step] * step;
    const w1 = peaks.length - w0;
    if (w0 === 0 || w1 === 0) continue;
    const d = s0 * w1 - (total - s0) * w0;
    const variance = (d / w0) * (d / w1);
    if (variance > most) [most, best] = [variance, w0];
  }
  return best;
}
