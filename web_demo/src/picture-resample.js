// Colours of one size to another: means where they shrink, straight lines where they grow. The twin of
// edgedigits/picture/resample.py: whole numbers until the one division at the end, which doubles hold exactly.

/**
 * The rectangle {left, top, width, height} of RGBA pixels (Uint8Array) that lie `across` in a row, laid on white
 * and resampled to height x width: Uint8Array(height * width * 3).
 */
export function resample(rgba, across, { left, top, ...part }, height, width) {
  const resampled = new Uint8Array(height * width * 3);
  const total = weightOf(part.height, height) * weightOf(part.width, width);
  const half = Math.floor(total / 2);
  const rows = { length: part.height, cells: height, step: 4 * across, into: 3 * width };
  const columns = { length: part.width, cells: width, step: 4, into: 3 };
  // Each row becomes few sums, and rows of these are added up; or columns, where rows would become longer instead.
  const [lines, line] = width > part.width && height < part.height ? [columns, rows] : [rows, columns];
  const sumsOf = lineReader(rgba, 4 * (top * across + left), lines, line);
  const sums = new Float64Array(3 * line.cells);
  for (let cell = 0; cell < lines.cells; cell++) {
    sums.fill(0);
    for (const [place, weight] of reach(cell, lines)) {
      const values = sumsOf(place);
      for (let n = 0; n < sums.length; n++) sums[n] += weight * values[n];
    }
    for (let n = 0, at = cell * lines.into; n < sums.length; n += 3, at += line.into) {
      for (let c = 0; c < 3; c++) resampled[at + c] = Math.floor((sums[n + c] + half) / total);
    }
  }
  return resampled;
}

/** What the weights of one new value add up to, along one axis. */
function weightOf(length, cells) {
  return cells <= length ? length : 2 * cells;
}

/** The values that a new one is made of, along one axis, as [place, weight]. */
function* reach(cell, { length, cells }) {
  if (cells > length) {
    const { before, after, part } = between(cell, length, cells);
    yield [before, 2 * cells - part];
    yield [after, part];
    return;
  }
  const [from, to] = [cell * length, (cell + 1) * length];
  for (let place = Math.floor(from / cells); place * cells < to; place++) {
    yield [place, Math.min((place + 1) * cells, to) - Math.max(place * cells, from)];
  }
}

/** The values before and after the middle of a new one, where these are more, and the part of the latter. */
function between(cell, length, cells) {
  const place = Math.min(Math.max((2 * cell + 1) * length - cells, 0), 2 * cells * (length - 1));
  const before = Math.floor(place / (2 * cells));
  return { before, after: Math.min(before + 1, length - 1), part: place - before * 2 * cells };
}

/** A function that gives the weighted sums along a line, Float64Array(3 * cells); it keeps the last two. */
function lineReader(rgba, corner, lines, line) {
  const kept = [0, 1].map(() => ({ place: -1, sums: new Float64Array(3 * line.cells) }));
  const laid = new Uint8Array(4 * line.length);
  const sum = line.cells > line.length ? interpolate : cover;
  return (place) => {
    const mine = kept[place % 2];
    if (mine.place !== place) {
      mine.place = place;
      const at = corner + place * lines.step;
      if (line.step === 4 && isOpaque(rgba, at, line.length)) sum(rgba, at, line, mine.sums);
      else sum(onWhite(rgba, at, line, laid), 0, line, mine.sums);
    }
    return mine.sums;
  };
}

function isOpaque(rgba, at, length) {
  let alpha = 255;
  for (let n = 0, a = at + 3; n < length; n++, a += 4) alpha &= rgba[a];
  return alpha === 255;
}

function onWhite(rgba, from, { length, step }, laid) {
  for (let n = 0, at = from, to = 0; n < length; n++, at += step, to += 4) {
    const alpha = rgba[at + 3];
    const white = 255 * (255 - alpha) + 127;
    for (let c = 0; c < 3; c++) laid[to + c] = ((rgba[at + c] * alpha + white) / 255) | 0;
  }
  return laid;
}

/** A pixel weighs `cells`, and one that two new ones share is divided exactly between them. */
function cover(pixels, from, { length, cells }, sums) {
  let at = from;
  let before = 0;
  for (let cell = 0, n = 0; cell < cells; cell++, n += 3) {
    const edge = (cell + 1) * length;
    const pixel = Math.floor(edge / cells);
    const part = edge - pixel * cells;
    const stop = from + 4 * pixel;
    sums[n] = -before * pixels[at];
    sums[n + 1] = -before * pixels[at + 1];
    sums[n + 2] = -before * pixels[at + 2];
    let red = 0;
    let green = 0;
    let blue = 0;
    for (; at < stop; at += 4) {
      red += pixels[at];
      green += pixels[at + 1];
      blue += pixels[at + 2];
    }
    sums[n] += cells * red;
    sums[n + 1] += cells * green;
    sums[n + 2] += cells * blue;
    if (part > 0) {
      sums[n] += part * pixels[at];
      sums[n + 1] += part * pixels[at + 1];
      sums[n + 2] += part * pixels[at + 2];
    }
    before = part;
  }
}

function interpolate(pixels, from, { length, cells }, sums) {
  for (let cell = 0, n = 0; cell < cells; cell++) {
    const { before, after, part } = between(cell, length, cells);
    for (let c = 0; c < 3; c++, n++) {
      sums[n] = (2 * cells - part) * pixels[from + 4 * before + c] + part * pixels[from + 4 * after + c];
    }
  }
}
