// The paper under the ink: a coarse map of it, whatever its colour and the light on it. The twin of
// edgedigits/picture/paper.py.

export const FINE = 16; // the map of the paper counts in sixteenths of a grey level
export const FULL = 4095; // strength of ink that reflects nothing
export const DARKEST_PAPER = 64 * FINE;

function negativeOf(cells) {
  return { ...cells, values: cells.values.map((value) => 255 * FINE - value) };
}

/** Squares of `side` pixels: their means in sixteenths, lowest and highest levels, and how much fine ink is dark. All is white outside of `box`. */
export function cellsOf({ values, width, height }, side, box) {
  const columns = Math.ceil(width / side);
  const rows = Math.ceil(height / side);
  const means = new Int32Array(columns * rows).fill(255 * FINE);
  const lows = new Uint16Array(columns * rows).fill(255);
  const highs = new Uint16Array(columns * rows).fill(255);
  let darkness = 0;
  const first = Math.floor(box.left / side);
  for (let row = Math.floor(box.top / side); row * side < box.bottom; row++) {
    const bottom = Math.min(height, (row + 1) * side);
    for (let column = first, at = row * columns + first; column * side < box.right; column++, at++) {
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
      lows[at] = low;
      highs[at] = high;
      darkness += (mean - FINE * low) ** 2 - (FINE * high - mean) ** 2;
    }
  }
  return { values: means, lows, highs, width: columns, height: rows, darkness };
}

/** The paper of the ink's likelier colour in the likeliest light; is it the negative's? */
export function paperOf(cells) {
  const reaches = [6, 4].map((share) => Math.max(2, Math.floor(Math.max(cells.width, cells.height) / share)));
  let least = Infinity;
  let best;
  for (const isNegative of [false, true]) {
    const inked = isNegative ? negativeOf(cells) : cells;
    let smoothest = Infinity;
    let cost = Infinity;
    let likeliest;
    for (const curve of [0, 1, 2]) {
      for (const reach of reaches) {
        const { paper, ring, steps, ink } = closed(inked, curve, reach);
        if (ring + steps === 0) return { paper, isNegative };
        if (ring + steps < smoothest) [smoothest, likeliest] = [ring + steps, paper];
        cost = Math.min(cost, ring + 12 * steps + Math.floor(ink ** 2 / (3 * paper.values.length)));
      }
    }
    cost += 3 * Math.max(0, isNegative ? cells.darkness : -cells.darkness);
    if (cost < least) [least, best] = [cost, { paper: likeliest, isNegative }];
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
  let ink = 0;
  for (let y = 0, n = 0; y < height; y++) {
    for (let x = 0; x < width; x++, n++) {
      level[n] = Math.min(255 * FINE, Math.max(0, level[n] + down[y] + across[x]));
      const here = level[n] - values[n];
      const sides = (x === 0) + (x === width - 1) + (y === 0) + (y === height - 1);
      ring += sides * here * here;
      ink += here;
      if (x > 0) steps += (level[n] - level[n - 1]) ** 2;
      if (y > 0) steps += (level[n] - level[n - width]) ** 2;
    }
  }
  return { paper: { values: level, width, height }, ring, steps, ink };
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
export function withoutShadows(cells, paper, ink) {
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
