// Pixels to ink: how much of the pen's ink each pixel holds, whatever the paper and the light.
//
// The twin of edgedigits/picture/ink.py: whole numbers only, which doubles hold exactly. A picture
// is called dark-inked below: one with bright ink is turned into its negative first.

const LONGEST = 1024;
const CELLS = 64;
const FINE = 16; // the map of the paper counts in sixteenths of a grey level
const FULL = 4095; // strength of ink that reflects nothing
const DARKEST_PAPER = 64 * FINE;
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

function negativeOf(cells) {
  return { ...cells, values: cells.values.map((value) => 255 * FINE - value) };
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

/** Means over squares of `side` pixels in sixteenths, and how much fine ink is dark. */
function cellsOf({ values, width, height }, side) {
  const columns = Math.ceil(width / side);
  const rows = Math.ceil(height / side);
  const means = new Int32Array(columns * rows);
  let darkness = 0;
  for (let row = 0, at = 0; row < rows; row++) {
    const bottom = Math.min(height, (row + 1) * side);
    for (let column = 0; column < columns; column++, at++) {
      const right = Math.min(width, (column + 1) * side);
      let sum = 0;
      let low = 255;
      let high = 0;
      for (let y = row * side; y < bottom; y++) {
        for (let n = y * width + column * side; n < y * width + right; n++) {
          const value = values[n];
          sum += value;
          if (value < low) low = value;
          if (value > high) high = value;
        }
      }
      const pixels = (bottom - row * side) * (right - column * side);
      const mean = Math.floor((FINE * sum + (pixels >> 1)) / pixels);
      means[at] = mean;
      darkness += (mean - FINE * low) ** 2 - (FINE * high - mean) ** 2;
    }
  }
  return { values: means, width: columns, height: rows, darkness };
}

/** The paper, first of the ink's likelier colour, then in the likeliest light; is it the negative's? */
function paperOf(cells) {
  const negative = negativeOf(cells);
  const reaches = [6, 4].map((share) => Math.max(2, Math.floor(Math.max(cells.width, cells.height) / share)));
  let colour = null;
  for (const reach of reaches) {
    for (const isNegative of [false, true]) {
      const { paper, ring, steps } = closed(isNegative ? negative : cells, 0, reach);
      if (ring + steps === 0) return { paper, isNegative };
      const cost = ring + 4 * (steps + Math.max(0, isNegative ? cells.darkness : -cells.darkness));
      if (colour === null || cost < colour.cost) colour = { isNegative, cost };
    }
  }
  const { isNegative } = colour;
  let best = null;
  for (const curve of [0, 1, 2]) {
    for (const reach of reaches) {
      const { paper, ring, steps } = closed(isNegative ? negative : cells, curve, reach);
      if (best === null || ring + steps < best.cost) best = { paper, isNegative, cost: ring + steps };
    }
  }
  return best;
}

/** The paper under dark ink in each cell, and how little it looks like paper. */
function closed(cells, curve, reach) {
  const { values, width, height } = cells;
  const down = lightOf(cells, curve, true);
  const across = lightOf(cells, curve, false);
  let level = new Int32Array(values.length);
  for (let y = 0, n = 0; y < height; y++) {
    for (let x = 0; x < width; x++, n++) level[n] = values[n] - down[y] - across[x];
  }
  level = filledIn(level, width, height, reach);
  let ring = 0;
  let steps = 0;
  for (let y = 0, n = 0; y < height; y++) {
    for (let x = 0; x < width; x++, n++) {
      level[n] = Math.min(255 * FINE, Math.max(0, level[n] + down[y] + across[x]));
      const ink = level[n] - values[n];
      const sides = (x === 0) + (x === width - 1) + (y === 0) + (y === height - 1);
      ring += sides * ink * ink;
      if (x > 0) steps += (level[n] - level[n - 1]) ** 2;
      if (y > 0) steps += (level[n] - level[n - width]) ** 2;
    }
  }
  return { paper: { values: level, width, height }, ring, steps };
}

/** A morphological closing: what is low and narrower than 2 reach + 1 is filled in. */
function filledIn(level, width, height, reach) {
  for (const sign of [1, -1]) {
    level = largestNear(level, width, height, reach, sign, 1, width);
    level = largestNear(level, height, width, reach, sign, width, 1);
  }
  return level;
}

/** The paper, darker where a wide part of it swallows less than five eighths of what ink does. */
function withoutShadows(cells, paper, ink) {
  // The soft edges of a wide pen are narrower than a sixth of the picture, and no shadow.
  const reach = Math.max(2, Math.floor(Math.max(paper.width, paper.height) / 12));
  const level = paper.values.map((white, n) => {
    const swallowed = Math.floor(((white - cells.values[n]) * FULL) / Math.max(white, DARKEST_PAPER));
    return 8 * swallowed < 5 * ink ? cells.values[n] : white;
  });
  const values = filledIn(level, paper.width, paper.height, reach).map((value, n) => Math.min(value, paper.values[n]));
  return { ...paper, values };
}

/** How the light falls off along an axis: not at all (0), evenly (1), as a parabola (2). */
function lightOf({ values, width, height }, curve, isDown) {
  const count = isDown ? height : width;
  const light = new Int32Array(count);
  const third = Math.floor(count / 3);
  if (!curve || !third) return light;
  const paperBetween = (from, to) => {
    const part = [];
    for (let y = isDown ? from : 0; y < (isDown ? to : height); y++) {
      for (let x = isDown ? 0 : from; x < (isDown ? width : to); x++) part.push(values[y * width + x]);
    }
    return Int32Array.from(part).sort()[Math.ceil((4 * part.length) / 5) - 1];
  };
  const first = paperBetween(0, third);
  const middle = paperBetween(third, count - third);
  const last = paperBetween(count - third, count);
  const far = count - third;
  for (let n = 0; n < count; n++) {
    const place = 2 * n + 1 - count;
    let slope = place * (last - first) * far;
    if (curve === 2) slope += place * place * (first + last - 2 * middle);
    light[n] = Math.floor(slope / (2 * far * far));
  }
  return light;
}

/** Largest (sign 1) or smallest (-1) of the values at most `reach` away along lines of `length`. */
function largestNear(values, length, lines, reach, sign, step, lineStep) {
  const result = new Int32Array(values.length);
  const queue = new Int32Array(length);
  for (let line = 0; line < lines; line++) {
    const from = line * lineStep;
    let head = 0;
    let tail = 0;
    for (let n = 0, next = 0; n < length; n++) {
      for (; next < length && next <= n + reach; next++) {
        const value = sign * values[from + next * step];
        while (tail > head && sign * values[from + queue[tail - 1] * step] <= value) tail--;
        queue[tail++] = next;
      }
      if (queue[head] < n - reach) head++;
      result[from + n * step] = values[from + queue[head] * step];
    }
  }
  return result;
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
