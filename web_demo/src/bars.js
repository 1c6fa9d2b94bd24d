// Ten probabilities as bars.
import { strings } from './strings.js';

export class Bars {
  #list;
  #rows;

  constructor(list, labels) {
    this.#list = list;
    this.#rows = labels.map((label) => {
      const row = document.createElement('li');
      const [name, track, fill, value] = ['b', 'span', 'i', 'span'].map((tag) => document.createElement(tag));
      name.textContent = label;
      track.className = 'track';
      track.append(fill);
      value.className = 'value';
      row.append(name, track, value);
      return { row, fill, value };
    });
    list.replaceChildren(...this.#rows.map(({ row }) => row));
    this.show(null);
  }

  /** Shows probabilities, or empty bars for null; muted ones are no answer. */
  show(probabilities, isMuted = false) {
    const top = probabilities === null ? -1 : probabilities.indexOf(Math.max(...probabilities));
    this.#list.classList.toggle('muted', isMuted);
    this.#rows.forEach(({ row, fill, value }, digit) => {
      const probability = probabilities?.[digit] ?? 0;
      row.classList.toggle('top', digit === top);
      fill.style.transform = `scaleX(${probability})`;
      value.textContent = probabilities === null ? '' : strings.share(probability);
    });
  }
}
