// A photo in, labels with probabilities out. Part of edgedigits. SPDX-License-Identifier: Apache-2.0
import { contract } from './contract.js';
import { labels, load } from './model/model.js';
import { prepare } from './prepare.js';
import { judgeBy } from './reject.js';

export { labels };

const judge = judgeBy(contract.reject);

export class Classifier {
  #model;

  constructor(model) {
    this.#model = model;
  }

  /** Opens the model; `wasm` says where model.wasm is, or is its Response or its bytes. */
  static async open(wasm) {
    return new Classifier(await load(wasm));
  }

  /**
   * {answers, rejected, unsure} of RGBA pixels: all labels with probabilities, the likeliest first; whether the photo
   * shows none of them; whether the likeliest is a guess. A blank photo, where ink is looked for, gives no answers and
   * is rejected.
   */
  classify(rgba, width, height) {
    const prepared = this.prepare(rgba, width, height);
    if (prepared === null) return { answers: [], rejected: true, unsure: false };
    const answer = this.answer(prepared);
    const answers = labels
      .map((label, place) => ({ label, probability: answer[place] }))
      .sort((a, b) => b.probability - a.probability);
    return { answers, rejected: this.rejects(answer), unsure: this.doubts(answer) };
  }

  /**
   * Whether such probabilities are an answer to what is none of the classes, by the rule of `edgedigits predict`; never
   * where the bundle has no such rule.
   */
  rejects(probabilities) {
    return !judge(probabilities).isDigit;
  }

  /** Whether such probabilities are an unsure answer, whose likeliest class is a guess. */
  doubts(probabilities) {
    const { isDigit, isSure } = judge(probabilities);
    return isDigit && !isSure;
  }

  /** The picture that the model takes, rows of grey levels or of red, green and blue; null for a blank photo. */
  prepare(rgba, width, height) {
    return prepare(rgba, width, height);
  }

  /** Probabilities, in the order of the labels, of a prepared picture. */
  answer(prepared) {
    return this.#model.answer(stored(prepared));
  }
}

/** What the model is given of a prepared picture. */
function stored(prepared) {
  const { channels, tables, isBgr, isChannelsFirst } = contract;
  const plane = contract.height * contract.width;
  const given = new Uint8Array(plane * channels);
  if (prepared.length !== given.length) throw new RangeError(`${prepared.length} bytes instead of ${given.length}`);
  for (let n = 0; n < given.length; n++) {
    const channel = n % channels;
    const pixel = (n - channel) / channels;
    const level = prepared[pixel * channels + (isBgr ? channels - 1 - channel : channel)];
    given[isChannelsFirst ? channel * plane + pixel : n] = tables ? tables[channel][level] : level;
  }
  return given;
}
