// The connected pieces of a picture's ink: the twin of edgedigits/picture/parts.py.

export const CLEAR = 77; // ink level from which a pixel belongs to a piece
export const CORE = 160; // ink level that every piece reaches somewhere

/** The box around a whole picture; boxes are half open. */
export const whole = (width, height) => ({ top: 0, left: 0, bottom: height, right: width });

/**
 * The pieces of clear ink, joined at sides and corners, in the order of their first pixel.
 *
 * Each is {top, left, bottom, right, area, runs}: the box around it, and a run is a stretch of clear ink
 * {row, start, stop}. Outside of `box` there is no ink.
 */
export function findParts(levels, width, height, box = whole(width, height), clear = CLEAR) {
  const runs = [];
  const owners = [];
  const find = (run) => {
    while (owners[run] !== run) run = owners[run] = owners[owners[run]];
    return run;
  };
  let above = 0;
  let aboveEnd = 0;
  const { left, right } = box;
  for (let y = box.top, at = y * width; y < box.bottom; y++, at += width) {
    const first = runs.length;
    for (let x = left; x < right; x++) {
      if (levels[at + x] < clear) continue;
      const start = x;
      let isCore = false;
      for (; x < right && levels[at + x] >= clear; x++) isCore ||= levels[at + x] >= CORE;
      const run = runs.length;
      runs.push({ row: y, start, stop: x, isCore });
      owners.push(run);
      while (above < aboveEnd && runs[above].stop < start) above++;
      for (let other = above; other < aboveEnd && runs[other].start <= x; other++) {
        const [a, b] = [find(other), find(run)];
        owners[Math.max(a, b)] = Math.min(a, b);
      }
    }
    above = first;
    aboveEnd = runs.length;
  }
  const parts = new Map();
  for (const [n, run] of runs.entries()) {
    const owner = find(n);
    let part = parts.get(owner);
    if (!part) {
      part = { top: run.row, left: run.start, bottom: 0, right: 0, area: 0, isCore: false, runs: [] };
      parts.set(owner, part);
    }
    part.left = Math.min(part.left, run.start);
    part.right = Math.max(part.right, run.stop);
    part.bottom = run.row + 1;
    part.area += run.stop - run.start;
    part.isCore ||= run.isCore;
    part.runs.push(run);
  }
  return [...parts.values()].filter((part) => part.isCore);
}

const touchesDown = (part, height) => part.top === 0 || part.bottom === height;
const touchesAcross = (part, width) => part.left === 0 || part.right === width;

/** Is the part an edge of the picture, a bar along a whole side of it? */
export function isBar(part, width, height) {
  const tall = part.bottom - part.top;
  const wide = part.right - part.left;
  const isFlat = touchesDown(part, height) && 16 * wide >= 15 * width && 6 * tall <= height;
  return isFlat || (touchesAcross(part, width) && 16 * tall >= 15 * height && 6 * wide <= width);
}

/** Does the part reach from one side of the picture to the opposite one? */
export function isCrossing(part, width, height) {
  return (part.top === 0 && part.bottom === height) || (part.left === 0 && part.right === width);
}

/** The pieces that make up the one digit of a picture; none if all are specks. */
export function oneDigit(parts, width, height) {
  const longer = (part) => Math.max(part.bottom - part.top, part.right - part.left);
  const visible = parts.filter((part) => longer(part) * 40 >= Math.min(height, width));
  const digits = visible.filter((part) => !isBar(part, width, height));
  const real = digits.length ? digits : visible;
  if (real.length === 0) return [];
  const isBorder = (part) => touchesDown(part, height) || touchesAcross(part, width);
  const weight = (part) => part.area * (isBorder(part) ? 1 : 4);
  const main = real.reduce((best, part) => (weight(part) > weight(best) ? part : best));
  const reach = Math.floor(longer(main) / 4);
  const isNear = (part) =>
    part.top <= main.bottom + reach &&
    part.bottom >= main.top - reach &&
    part.left <= main.right + reach &&
    part.right >= main.left - reach;
  return parts.filter((part) => {
    if (isBar(part, width, height) && !real.includes(part)) return false;
    const isLarge = !isBorder(part) && part.area * 16 >= main.area;
    return isLarge || (isNear(part) && part.area * 48 >= main.area);
  });
}

/** The ink {values, width, height} of some pieces in the box around them, with the soft edges near them. */
export function cutInk(levels, stride, parts) {
  const least = (side) => parts.reduce((found, part) => Math.min(found, part[side]), Infinity);
  const most = (side) => parts.reduce((found, part) => Math.max(found, part[side]), 0);
  const [top, left, bottom, right] = [least('top'), least('left'), most('bottom'), most('right')];
  const width = right - left;
  const height = bottom - top;
  const reach = Math.floor(Math.max(width, height) / 40) + 1;

  // Begins (1) and ends (-1) of what is near in the same row, then sums of those over rows.
  const edges = new Int32Array((width + 1) * height);
  for (const { runs } of parts) {
    for (const { row, start, stop } of runs) {
      edges[(row - top) * (width + 1) + Math.max(0, start - left - reach)]++;
      edges[(row - top) * (width + 1) + Math.min(width, stop - left + reach)]--;
    }
  }
  const near = new Int32Array(width + 1);
  const change = (row, sign) => {
    if (row < 0 || row >= height) return;
    for (let x = 0, n = row * (width + 1); x <= width; x++, n++) near[x] += sign * edges[n];
  };
  for (let y = 0; y < reach; y++) change(y, 1);
  const values = new Uint8Array(width * height);
  for (let y = 0, n = 0; y < height; y++) {
    change(y + reach, 1);
    change(y - reach - 1, -1);
    const from = (top + y) * stride + left;
    for (let x = 0, open = 0; x < width; x++, n++) {
      open += near[x];
      if (open > 0) values[n] = levels[from + x];
    }
  }
  return { values, width, height };
}
