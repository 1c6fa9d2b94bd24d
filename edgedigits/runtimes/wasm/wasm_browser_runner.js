// Runs one WebAssembly artifact in a browser. Pictures and probabilities travel as base64 of their bytes (uint8; float32,
// little-endian).
import { answers, opened } from './opened.js';

let model = null;

globalThis.edgedigits = {
  /** Opens the model in the folder model/; what its files say. */
  async open() {
    const found = await opened(new URL('model/', location.href));
    model = found.model;
    return found.stated;
  },

  /** Answers to `count` pictures. */
  answer(base64, count) {
    const pictures = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const bytes = new Uint8Array(answers(model, pictures, count).buffer);
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  },
};
