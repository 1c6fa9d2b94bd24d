// What the model sees: the prepared picture, pixel by pixel.
import { SIDE } from './picture.js';

/** Smaller pictures are shown with each pixel as a square, to about so many pixels of the page. */
const LARGE = 140;

export class Seen {
  #canvas;
  #form = { height: SIDE, width: SIDE, channels: 1 };

  constructor(canvas) {
    this.#canvas = canvas;
  }

  /** Makes room for pictures as a model takes them. */
  expect({ size: [height, width], channels }) {
    this.#form = { height, width, channels };
    const scale = Math.max(1, Math.round(LARGE / Math.max(height, width)));
    this.#canvas.height = height;
    this.#canvas.width = width;
    this.#canvas.style.width = `${scale * width}px`;
    this.#canvas.classList.toggle('enlarged', scale > 1);
  }

  /** Shows a picture (Uint8Array), black for null; `label` is what a screen reader says of it. */
  show(picture, label) {
    const { height, width, channels } = this.#form;
    const context = this.#canvas.getContext('2d');
    const image = context.createImageData(width, height);
    for (let n = 0; n < width * height; n++) {
      for (let c = 0; c < 3; c++) image.data[4 * n + c] = picture?.[n * channels + (channels === 1 ? 0 : c)] ?? 0;
      image.data[4 * n + 3] = 255;
    }
    context.putImageData(image, 0, 0);
    this.#canvas.setAttribute('aria-label', label);
  }
}
