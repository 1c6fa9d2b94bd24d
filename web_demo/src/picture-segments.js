// The digits of a line or a page: which pieces of ink are one digit, and in which order to read.
//
// The twin of edgedigits/picture/segments.py, step for step as docs/picture.md has it: identical bytes.

import { fit, pen } from './picture-fit.js';
import { CLEAR, cutInk, findParts, isBar, isCrossing } from './picture-parts.js';
import { oneDigitOf, piecesOf } from './picture.js';

const STRONGER = [119, 160]; // levels above CLEAR, which the ruling of paper does not reach
const MOST = 3000; // more are a pattern and no page of notes
const FAR = 2 ** 30; // no cut goes there

/**
 * Finds the digits in RGBA pixels (Uint8Array or Uint8ClampedArray of width * height * 4).
 *
 * Returns lines from the top, each an array of {box: {x, y, width, height}, picture: Uint8Array(784)}
 * from the left, boxes in pixels of the picture; an empty array when the picture is blank.
 */
export function segment(rgba, width, height) {
  const pieces = piecesOf(rgba, width, height);
  return pieces === null ? [] : linesOf(pieces, width, height);
}

/** What `prepare` and `segment` give, {picture, lines}, for little more time than one of them; `box` as in `piecesOf`. */
export function prepareAndSegment(rgba, width, height, box) {
  const pieces = piecesOf(rgba, width, height, box);
  if (pieces === null) return { picture: null, lines: [] };
  return { picture: oneDigitOf(pieces), lines: linesOf(pieces, width, height) };
}

/** The digits of pieces {ink, parts} of a picture, as `segment` gives them. */
export function linesOf({ ink, parts: all }, width, height) {
  const parts = withoutRuling(ink, all);
  if (parts.length === 0) return [];
  let usual = usualHeight(parts);
  let groups = groupsOf(parts, usual);
  if (groups.length > MOST) return [];
  if (areOneDigit(groups)) {
    groups = [groups.reduce(around)];
    usual = groups[0].bottom - groups[0].top;
  }
  const digits = groups.flatMap((group) => {
    const whole = { left: group.left, top: group.top, ink: cutInk(ink.levels, ink.width, group.parts) };
    return splitUp(whole, usual, groups.length === 1);
  });
  const placed = ({ left, top, ink: { width: wide, height: tall } }) => {
    const [x, y] = [left * ink.factor, top * ink.factor];
    return { x, y, width: Math.min(wide * ink.factor, width - x), height: Math.min(tall * ink.factor, height - y) };
  };
  return inLines(digits).map((line) => line.map((digit) => ({ box: placed(digit), picture: fit(digit.ink) })));
}

/** The pieces that are no edge and no ruling of the paper; where there is nothing else, all. */
function withoutRuling({ levels, width, height }, parts) {
  const isEdge = (part) => isBar(part, width, height);
  const isAcross = (part) => isCrossing(part, width, height);
  const isLong = (wide, tall) => 4 * wide >= 3 * width && wide >= 3 * tall;
  const isFlat = ({ top, left, bottom, right }) => isLong(right - left, bottom - top);
  for (const stronger of STRONGER) {
    if (!parts.some((part) => (isAcross(part) || isFlat(part)) && !isEdge(part))) break;
    parts = findParts(levels, width, height, undefined, stronger);
  }
  const real = parts.filter((part) => !isEdge(part) && !isAcross(part));
  return real.length > 0 ? real : parts;
}

/** The smallest height such that pieces no higher than it hold half of the ink. */
function usualHeight(parts) {
  const byHeight = parts.map(({ top, bottom, area }) => ({ height: bottom - top, area }));
  byHeight.sort((a, b) => a.height - b.height);
  const all = byHeight.reduce((sum, { area }) => sum + area, 0);
  let held = 0;
  return byHeight.find(({ area }) => 2 * (held += area) >= all).height;
}

/** Pieces that are one digit together, {top, left, bottom, right, parts}; specks are left out. */
function groupsOf(parts, usual) {
  const groupOf = (part) => ({ top: part.top, left: part.left, bottom: part.bottom, right: part.right, parts: [part] });
  const longer = ({ top, left, bottom, right }) => Math.max(bottom - top, right - left);
  const isTall = (part) => 5 * (part.bottom - part.top) >= 3 * usual;
  const groups = parts.filter(isTall).map(groupOf);
  const short = parts.filter((part) => !isTall(part) && 6 * longer(part) >= usual);
  short.sort((a, b) => longer(b) - longer(a));
  for (const part of short) {
    let nearest = null;
    let least = Infinity;
    for (const group of groups) {
      const together = Math.max(group.bottom, part.bottom) - Math.min(group.top, part.top);
      if (2 * together > 3 * Math.max(usual, group.bottom - group.top)) continue;
      const across = Math.max(0, group.left - part.right, part.left - group.right);
      const down = Math.max(0, group.top - part.bottom, part.top - group.bottom);
      if (2 * across + down < least) [nearest, least] = [group, 2 * across + down];
    }
    if (5 * least <= usual) {
      Object.assign(nearest, around(nearest, groupOf(part)));
    } else {
      groups.push(groupOf(part));
    }
  }
  return groups.filter((group) => 5 * (group.bottom - group.top) >= 2 * usual);
}

/** The group of all pieces of two groups. */
function around(one, other) {
  return {
    top: Math.min(one.top, other.top),
    left: Math.min(one.left, other.left),
    bottom: Math.max(one.bottom, other.bottom),
    right: Math.max(one.right, other.right),
    parts: [...one.parts, ...other.parts],
  };
}

/** Whether all groups of a picture are one digit, whose pen was lifted. */
function areOneDigit(groups) {
  if (groups.length > 3) return false;
  let [all, ...others] = [...groups].sort((a, b) => a.top - b.top);
  const [height, width] = [({ top, bottom }) => bottom - top, ({ left, right }) => right - left];
  for (const next of others) {
    const columns = Math.min(all.right, next.right) - Math.max(all.left, next.left);
    const rows = all.bottom - next.top; // negative where there is a gap
    const narrower = Math.min(width(all), width(next));
    if (3 * columns < narrower || -2 * rows > Math.max(height(all), height(next))) return false;
    if (2 * rows > Math.min(height(all), height(next)) && columns < narrower) return false;
    all = around(all, next);
  }
  return height(all) <= 2 * width(all);
}

/** The digits {left, top, ink} that a piece of touching ones holds; one that is not too wide is one. */
function splitUp(digit, usual, isAlone) {
  const { width, height } = digit.ink;
  const narrow = Math.min(usual, Math.floor((3 * height) / 2));
  if (10 * width < 13 * narrow) return [digit];
  const stroke = pen(digit.ink);
  const strokes = 10 * width >= 17 * narrow ? 6 : 3;
  for (const fifths of [1, 2, 3]) {
    const least = Math.max(2, Math.floor((fifths * usual) / 5));
    if (width < 2 * least) break;
    const { cost, cut } = cheapestCut(digit.ink, least);
    if (2 * cost * stroke.scale > 255 * strokes * stroke.width) continue;
    if (isAlone && strokes === 3 && strokesCrossed(digit.ink, cut) > 1) continue;
    const pieces = [trimmed(digit, cut, true), trimmed(digit, cut, false)];
    if (pieces.every((piece) => piece && 5 * piece.ink.height >= 3 * usual)) {
      return pieces.flatMap((piece) => splitUp(piece, usual, isAlone));
    }
  }
  return [digit];
}

/** Ink crossed, and for each row the first column right of the cut; of equals the leftmost. */
function cheapestCut({ values, width, height }, least) {
  const sums = new Int32Array(width * height).fill(FAR);
  for (let y = 0, n = 0; y < height; y++) {
    for (let x = 0; x < width; x++, n++) {
      if (x < least || x > width - least) continue;
      const above = y === 0 ? 0 : Math.min(sums[n - width - 1], sums[n - width], sums[n - width + 1]);
      sums[n] = values[n] + above;
    }
  }
  const cut = new Int32Array(height);
  for (let y = height - 1; y >= 0; y--) {
    const [from, to] = y === height - 1 ? [least, width - least] : [cut[y + 1] - 1, cut[y + 1] + 1];
    cut[y] = from;
    for (let x = from + 1; x <= to; x++) if (sums[y * width + x] < sums[y * width + cut[y]]) cut[y] = x;
  }
  return { cost: sums[(height - 1) * width + cut[height - 1]], cut };
}

/** How many strokes a cut crosses: stretches of clear ink along it. */
function strokesCrossed({ values, width }, cut) {
  let crossed = 0;
  let before = false;
  cut.forEach((x, y) => {
    const here = values[y * width + x] >= CLEAR;
    if (here && !before) crossed++;
    before = here;
  });
  return crossed;
}

/** The ink left (or right) of a cut in the box around what is clear, or null. */
function trimmed(digit, cut, isLeft) {
  const { values, width, height } = digit.ink;
  let [top, bottom, left, right] = [height, -1, width, -1];
  for (let y = 0; y < height; y++) {
    const end = isLeft ? cut[y] : width;
    for (let x = isLeft ? 0 : cut[y]; x < end; x++) {
      if (values[y * width + x] < CLEAR) continue;
      if (y < top) top = y;
      bottom = y;
      if (x < left) left = x;
      if (x > right) right = x;
    }
  }
  if (bottom < 0) return null;
  const ink = { width: right - left + 1, height: bottom - top + 1 };
  ink.values = new Uint8Array(ink.width * ink.height);
  for (let y = top; y <= bottom; y++) {
    const from = isLeft ? left : Math.max(left, cut[y]);
    const to = isLeft ? Math.min(right + 1, cut[y]) : right + 1;
    if (from >= to) continue;
    ink.values.set(values.subarray(y * width + from, y * width + to), (y - top) * ink.width + from - left);
  }
  return { left: digit.left + left, top: digit.top + top, ink };
}

/** Digits in lines: from the left, each goes to the line one of whose last three is beside it. */
function inLines(digits) {
  const bottom = (digit) => digit.top + digit.ink.height;
  const lines = [];
  for (const digit of [...digits].sort((a, b) => a.left - b.left || a.top - b.top)) {
    let best = null;
    let most = 0;
    for (const line of lines) {
      for (const last of line.slice(-3)) {
        const overlap = Math.min(bottom(digit), bottom(last)) - Math.max(digit.top, last.top);
        const lower = Math.min(digit.ink.height, last.ink.height);
        if (5 * overlap >= 2 * lower && overlap > most) [best, most] = [line, overlap];
      }
    }
    if (best === null) lines.push([digit]);
    else best.push(digit);
  }
  const middle = (line) => line.reduce((sum, digit) => sum + digit.top + bottom(digit), 0) / line.length;
  return lines.sort((a, b) => middle(a) - middle(b));
}
