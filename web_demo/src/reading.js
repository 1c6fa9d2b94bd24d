// What a drawing or picture says: one digit, several in lines, none, or nothing at all. Where a model takes pictures of
// any kind, each is read as one, whose class takes the place of the digit.
import { oneDigitOf, piecesOf } from './picture.js';
import { linesOf } from './picture-segments.js';
import { again } from './second-look.js';
import { strings } from './strings.js';

/** One digit is hardly wider than so many times its height, nor drawn in more loose strokes. */
const WIDEST = 1.8;
const MOST_STROKES = 6;
/** Strokes of one digit are hardly farther apart, in heights of the higher one. */
const FARTHEST = 0.2;

/**
 * What is there to be read, {picture, lines}, before any model has seen it; where there are several, what is lower than
 * `lowest` pixels is no digit.
 *
 * A single piece of ink needs no search for several while the stroke is not done, nor when it is no wider than a digit
 * or too low for several; its line is then missing, unless `isBoxed`. Pixels outside of `drawn`, a box, are transparent.
 */
export function look({ rgba, width, height, drawn, isBoxed, lowest }, isDone) {
  const pieces = piecesOf(rgba, width, height, drawn);
  if (pieces === null) return { picture: null, lines: [] };
  const isSingle = pieces.parts.every(({ top, left, bottom, right }, n) => {
    const tall = bottom - top;
    return n === 0 && (!isDone || right - left <= tall || tall < lowest);
  });
  const picture = oneDigitOf(pieces);
  if (isSingle && !isBoxed) return { picture, lines: [] };
  return { picture, lines: linesOf(pieces, width, height) };
}

/**
 * Asks the model; `answer` gives probabilities of a picture, `judge` says what they are worth. Where there are several,
 * what is lower than `lowest` pixels is no digit.
 *
 * Returns {verdict, lines, answers}: "blank", "none", "digit" or "digits"; lines of {box, picture, probabilities,
 * confidence, isDigit, isSure}; the number of answers that it took.
 */
export async function read({ picture, lines }, { answer, judge, lowest }) {
  let answers = 0;
  const answered = async (each) => {
    answers++;
    const probabilities = await answer(each);
    if (!probabilities.every(Number.isFinite)) throw new Error(strings.notNumbers);
    return probabilities;
  };
  // What an answer is worth is told by the first one, for which the limits were fitted.
  const asked = async (digit) => {
    const first = await answered(digit.picture);
    const judged = judge(first);
    const isUnsure = judged.isDigit && !judged.isSure;
    const probabilities = isUnsure ? await again(answered, digit.picture, first) : first;
    return { ...digit, probabilities, ...judged };
  };
  const found = lines.flat();
  const pieces = found.length > 1 ? await Promise.all(found.map(asked)) : [];
  for (const piece of pieces) {
    piece.isDigit &&= piece.box.height >= lowest;
    piece.isSure &&= piece.isDigit;
  }
  const areMostly = (quality) => 2 * pieces.filter((piece) => piece[quality]).length > pieces.length;
  const [areDigits, areSure] = [areMostly('isDigit'), areMostly('isSure')];
  const several = (verdict) => {
    const rest = [...pieces];
    return { verdict, lines: lines.map((line) => rest.splice(0, line.length)), answers };
  };
  const box = around(found.map((digit) => digit.box));
  const areApart = picture === null || (pieces.length > 0 && !mayBeStrokes(pieces, box));
  if (areSure && areApart) return several('digits');
  if (picture === null) return several(areDigits ? 'digits' : pieces.length ? 'none' : 'blank');

  // Close pieces are the strokes of one digit (a 4 left open, a 5 with its bar apart) or several digits: whichever
  // the model is surer of. Several are as sure as the least sure of them; close ones above each other are hardly any.
  // Pieces of which it is unsure are digits only where they are no strokes of one.
  const whole = await asked({ box, picture });
  const isColumn = lines.every((line) => line.length === 1);
  const least = Math.min(...pieces.map((piece) => (piece.isDigit && !isColumn ? piece.confidence : 0)));
  const isOne = whole.isDigit && whole.confidence > least && (whole.isSure || !areSure);
  if ((areSure || (areDigits && areApart)) && !isOne) return several('digits');
  return { verdict: whole.isDigit ? 'digit' : 'none', lines: [[whole]], answers };
}

/** Whether pieces could be the loose strokes of one digit, as far as their boxes tell. */
function mayBeStrokes(pieces, box) {
  if (pieces.length > MOST_STROKES || box.width > WIDEST * box.height) return false;
  const boxes = pieces.map((piece) => piece.box);
  return boxes.some((one, n) => boxes.slice(n + 1).some((other) => areClose(one, other)));
}

function areClose(one, other) {
  const gap = (at, size) => Math.max(one[at] - other[at] - other[size], other[at] - one[at] - one[size]);
  return Math.max(gap('x', 'width'), gap('y', 'height')) < FARTHEST * Math.max(one.height, other.height);
}

/** The box around boxes, or null for none. */
function around(boxes) {
  if (boxes.length === 0) return null;
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const width = Math.max(...boxes.map((box) => box.x + box.width)) - x;
  const height = Math.max(...boxes.map((box) => box.y + box.height)) - y;
  return { x, y, width, height };
}
