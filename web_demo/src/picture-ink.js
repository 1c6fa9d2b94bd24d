// Pixels to ink: how much of the pen's ink each pixel holds, whatever the paper and the light.
//
// The twin of edgedigits/picture/ink.py: whole numbers only, which doubles hold exactly. A picture
// is called dark-inked below: one with bright ink is turned into its negative first.

import { DARKEST_PAPER, FINE, FULL, cellsOf, paperOf, withoutShadows } from './picture-paper.js';

const LONGEST = 1024;
const CELLS = 64;
const LEAST_CONTRAST = 512;

/** Ink levels {levels, width, height, factor}, or null when nothing stands out from the paper. */
export function findInk(rgba, width, height) {
  const factor = Math.ceil(Math.max(width, height) / LONGEST);
  const grey = factor === 1 ? greyOverWhite(rgba, width, height) : reducedGrey(rgba, width, height, factor);
  if (isFlat(grey.values)) return null;
  const side = Math.ceil(Math.max(grey.width, grey.height) / CELLS);
  const cells = cellsOf(grey, side);
  let { paper, isNegative } = paperOf(cells);
  if (isNegative) for (let n = 0; n < grey.values.length; n++) grey.values[n] = 255 - grey.values[n];
  let strength = strengthOf(grey, paper, side);
  let peaks = peaksOf(strength, grey, side);
  if (peaks.paperCells === 0) return null;
  if (!isNegative && !isFlat(paper.values)) {
    const count = peaks.values.length;
    paper = withoutShadows(cells, paper, peaks.values[count - 1 - Math.floor(count / 100)]);
    strength = strengthOf(grey, paper, side);
    peaks = peaksOf(strength, grey, side);
  }
  const levels = levelsOf(strength, peaks);
  return levels && { levels, width: grey.width, height: grey.height, factor };
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

function greyOverWhite(rgba, width, height) {
  const values = new Uint8Array(width * height);
  for (let n = 0, at = 0; n < values.length; n++, at += 4) {
    values[n] = rgba[at + 3] === 0 ? 255 : ((luma(rgba, at) + 500) / 1000) | 0;
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
  const level = paper.values[0];
  if (isFlat(paper.values)) {
    const table = Uint16Array.from({ length: 256 }, (_, grey) =>
      Math.max(0, Math.floor(((level - FINE * grey) * FULL) / Math.max(level, DARKEST_PAPER))),
    );
    for (let n = 0; n < values.length; n++) strength[n] = table[values[n]];
    return strength;
  }
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
  peaks.sort();
  return { values: peaks, paperCells: paperCellsOf(peaks) };
}

/** Strengths stretched from the paper's grain (0) to the pen's ink (255). */
function levelsOf(strength, { values, paperCells }) {
  if (paperCells === 0) return null;
  const grain = values[(paperCells - 1) >> 1];
  const span = values[(paperCells + values.length - 1) >> 1] - grain;
  if (span < LEAST_CONTRAST || span < grain) return null;
  const table = Uint8Array.from({ length: FULL + 1 }, (_, value) =>
    Math.min(255, Math.max(0, Math.floor(((value - grain) * 255 + (span >> 1)) / span))),
  );
  const levels = new Uint8Array(strength.length);
  for (let n = 0; n < levels.length; n++) levels[n] = table[strength[n]];
  return levels;
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
