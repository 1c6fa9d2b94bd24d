// Does this machine prepare photos and answer pictures as it was proven to? Part of edgedigits.
// SPDX-License-Identifier: Apache-2.0
import { golden } from './golden.js';

/** What is wrong, a line each; nothing where all is well. */
export function selfTest(classifier) {
  const wrong = [];
  for (const [place, photo] of golden.photos.entries()) {
    const rgb = bytes(photo.rgb);
    const rgba = Uint8Array.from({ length: (rgb.length / 3) * 4 }, (_, n) => (n % 4 < 3 ? rgb[(n >> 2) * 3 + (n % 4)] : 255));
    const expected = bytes(photo.prepared);
    const prepared = classifier.prepare(rgba, photo.width, photo.height);
    if (!isSame(prepared ?? [], expected)) wrong.push(`photo ${place} is prepared otherwise`);
    const { answers, rejected, unsure } = classifier.classify(rgba, photo.width, photo.height);
    const answer = classifier.answer(expected);
    const isJudged = rejected === classifier.rejects(answer) && unsure === classifier.doubts(answer);
    const found = answers.map(({ probability }) => probability);
    if (!isJudged || !isSame(found, answer.sort().reverse())) {
      wrong.push(`photo ${place} is answered otherwise than what it becomes`);
    }
  }
  for (const [place, picture] of golden.pictures.entries()) {
    const found = classifier.answer(bytes(picture));
    const isNear = golden.probabilities[place].every((p, n) => Math.abs(p - found[n]) <= golden.allowed_difference);
    if (!isNear) wrong.push(`golden picture ${place} is answered otherwise`);
  }
  return wrong;
}

const bytes = (packed) => Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
const isSame = (some, others) => some.length === others.length && others.every((value, n) => value === some[n]);
