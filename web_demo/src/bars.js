// Probabilities as bars: of all classes in their order, or of the likeliest ones.
import { likeliest } from './likeliest.js';
import { strings } from './strings.js';

/** So many of more classes are shown. */
export const MOST = 5;

export class Bars {
  #list;
  #labels;
  #rows;
  #isWhole;

  /** `isWhole` says that every class has its bar, in its place. */
  constructor(list, labels, isWhole) {
    this.#list = list;
    this.#labels = labels;
    this.#isWhole = isWhole;
    list.classList.toggle('ranked', !isWhole);
    this.#rows = Array.from({ length: isWhole ? labels.length : Math.min(MOST, labels.length) }, () => {
      const row = document.createElement('li');
      const [name, track, fill, value] = ['b', 'span', 'i', 'span'].map((tag) => document.createElement(tag));
      track.className = 'track';
      track.append(fill);
      value.className = 'value';
      row.append(name, track, value);
      return { row, name, fill, value };
    });
    list.replaceChildren(...this.#rows.map(({ row }) => row));
    this.show(null);
  }

  /** Shows probabilities, or empty bars for null; muted ones are no answer. */
  show(probabilities, isMuted = false) {
    const order = likeliest(probabilities ?? [], this.#rows.length);
    this.#list.classList.toggle('muted', isMuted);
    this.#rows.forEach(({ row, name, fill, value }, place) => {
      const shown = this.#isWhole ? place : order[place];
      const probability = probabilities?.[shown] ?? 0;
      name.textContent = name.title = this.#labels[shown] ?? '';
      row.classList.toggle('top', order.length > 0 && shown === order[0]);
      fill.style.transform = `scaleX(${probability})`;
      value.textContent = probabilities === null ? '' : strings.share(probability);
    });
  }
}
