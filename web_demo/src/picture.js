// Any picture to the 28x28 grey levels that the model expects: ink bright on dark, centred.
//
// The twin of edgedigits/picture.py: whole numbers only (doubles hold them exactly), identical bytes.

export const SIDE = 28;
const BOX = 20;
const MOST_PIXELS = 40_000_000;
const LEAST_CONTRAST = 32;
const CLEAR_INK = 77;

/**
 * Prepares RGBA pixels (Uint8Array or Uint8ClampedArray of width * height * 4).
 *
 * Returns Uint8Array(784), or null when the picture is blank.
 */
export function prepare(rgba, width, height) {
  if (!(width >= 1 && height >= 1) || width * height > MOST_PIXELS || rgba.length !== width * height * 4) {
    throw new RangeError(`${width}x${height} pixels in ${rgba.length} bytes are no picture`);
  }
  const ink = inkOf(greyOverWhite(rgba, width * height), width, height);
  if (ink === null) return null;
  return centred(brightened(fitted(ink, width, inkBox(ink, width, height))));
}

function greyOverWhite(rgba, pixels) {
  const grey = new Uint8Array(pixels);
  for (let n = 0, at = 0; n < pixels; n++, at += 4) {
    const alpha = rgba[at + 3];
    if (alpha === 0) {
      grey[n] = 255;
      continue;
    }
    let red = rgba[at];
    let green = rgba[at + 1];
    let blue = rgba[at + 2];
    if (alpha !== 255) {
      const white = 255 * (255 - alpha) + 127;
      red = ((red * alpha + white) / 255) | 0;
      green = ((green * alpha + white) / 255) | 0;
      blue = ((blue * alpha + white) / 255) | 0;
    }
    grey[n] = ((299 * red + 587 * green + 114 * blue + 500) / 1000) | 0;
  }
  return grey;
}

/** How far each pixel stands out from the paper, the strongest as 255; null when nothing does. */
function inkOf(grey, width, height) {
  let low = 255;
  let high = 0;
  for (let n = 0; n < grey.length; n++) {
    const value = grey[n];
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (high - low < LEAST_CONTRAST) return null;
  const paper = borderMedian(grey, width, height);
  const inkIsDark = paper * 2 >= low + high;
  const top = inkIsDark ? paper - low : high - paper;
  if (top < LEAST_CONTRAST) return null;
  const noise = Math.floor(Math.floor((top * 3) / 10) / 2);
  const half = Math.floor(top / 2);
  const level = Uint8Array.from({ length: 256 }, (_, value) => {
    const strength = Math.max(0, inkIsDark ? paper - value : value - paper);
    return strength < noise ? 0 : Math.min(255, Math.floor((strength * 255 + half) / top));
  });
  const ink = new Uint8Array(grey.length);
  for (let n = 0; n < grey.length; n++) ink[n] = level[grey[n]];
  return ink;
}

/** The smallest grey with at least half of the outermost pixels at or below it. */
function borderMedian(grey, width, height) {
  const counts = new Array(256).fill(0);
  let total = 0;
  const count = (value) => {
    counts[value]++;
    total++;
  };
  for (let x = 0; x < width; x++) {
    count(grey[x]);
    if (height > 1) count(grey[(height - 1) * width + x]);
  }
  for (let y = 1; y < height - 1; y++) {
    count(grey[y * width]);
    if (width > 1) count(grey[y * width + width - 1]);
  }
  let sum = 0;
  for (let value = 0; ; value++) {
    sum += counts[value];
    if (sum * 2 >= total) return value;
  }
}

function inkBox(ink, width, height) {
  let top = height;
  let bottom = -1;
  let left = width;
  let right = -1;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (ink[at] < CLEAR_INK) continue;
      if (y < top) top = y;
      bottom = y;
      if (x < left) left = x;
      if (x > right) right = x;
    }
  }
  return { top, left, height: bottom - top + 1, width: right - left + 1 };
}

/** The box scaled so that its longer side is 20, every cell the mean of the area that it covers. */
function fitted(ink, stride, box) {
  const longer = Math.max(box.height, box.width);
  const cells = (length) => Math.max(1, Math.floor((length * BOX + Math.floor(longer / 2)) / longer));
  const height = cells(box.height);
  const width = cells(box.width);

  const bands = new Float64Array(height * box.width);
  for (const [cell, pixel, weight] of coverage(box.height, height)) {
    const from = (box.top + pixel) * stride + box.left;
    for (let x = 0; x < box.width; x++) bands[cell * box.width + x] += weight * ink[from + x];
  }
  const sums = new Float64Array(height * width);
  for (const [cell, pixel, weight] of coverage(box.width, width)) {
    for (let y = 0; y < height; y++) sums[y * width + cell] += weight * bands[y * box.width + pixel];
  }
  const area = box.height * box.width;
  const half = Math.floor(area / 2);
  return { height, width, values: Uint8Array.from(sums, (sum) => Math.floor((sum + half) / area)) };
}

/** For each of `cells` equal stretches of `length` pixels: which pixels, by how many 1/cells of one. */
function* coverage(length, cells) {
  for (let cell = 0; cell < cells; cell++) {
    const from = cell * length;
    const to = from + length;
    for (let pixel = Math.floor(from / cells); pixel * cells < to; pixel++) {
      yield [cell, pixel, Math.min((pixel + 1) * cells, to) - Math.max(pixel * cells, from)];
    }
  }
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
  const corner = (moment, size) => {
    const wanted = Math.floor(((SIDE + 2) * total - moment) / (2 * total));
    return Math.min(Math.max(wanted, 0), SIDE - size);
  };
  const top = corner(down, height);
  const left = corner(across, width);
  const picture = new Uint8Array(SIDE * SIDE);
  for (let y = 0; y < height; y++) {
    picture.set(values.subarray(y * width, (y + 1) * width), (top + y) * SIDE + left);
  }
  return picture;
}
