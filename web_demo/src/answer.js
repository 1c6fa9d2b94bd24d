// The answer: the big digit or digits, how sure the model is, the boxes found.
import { Bars, MOST } from './bars.js';
import { best, likeliest } from './likeliest.js';
import { DIGITS } from './page.js';
import { Seen } from './seen.js';
import { strings } from './strings.js';

const element = (id) => document.getElementById(id);

/** A longer reading is set in smaller type. */
const WORD = 3;

export class Answer {
  #labels = DIGITS;
  #bars;
  #seen = new Seen(element('seen'));
  #digits = [];
  #selected = -1;

  /** Until it is told what to expect, its empty bars are those of the digits, or of classes without names. */
  constructor(kind) {
    const isOfDigits = kind === 'digits';
    this.#bars = new Bars(element('bars'), isOfDigits ? DIGITS : Array(MOST).fill(''), isOfDigits);
    element('answer').addEventListener('click', ({ target }) => this.#choose(target.closest('[data-place]')));
    element('boxes').addEventListener('click', ({ target }) => this.#choose(target.closest('[data-place]')));
    element('answer').addEventListener('keydown', (event) => this.#move(event));
    this.clear(strings.waiting);
  }

  /** Makes room for what a page's models answer, and for the pictures that they take; `kind` is the page's. */
  expect({ labels, input }, kind) {
    this.#labels = labels;
    this.#bars = new Bars(element('bars'), labels, kind === 'digits');
    this.#seen.expect(input);
  }

  /** Shows that there is nothing to be read, and `text` as the reason; `picture` is what the model would see. */
  clear(text, picture = null) {
    this.#digits = [];
    this.#setVerdict('blank', '', '');
    this.#show(null, picture);
    element('sure').textContent = text;
    element('boxes').replaceChildren();
  }

  /**
   * Shows what `read` found in a source of `width` and `height` pixels; the last digit is selected.
   *
   * A single digit gets a box only where `isBoxed`.
   */
  show({ verdict, lines }, { width, height, isBoxed }) {
    this.#digits = lines.flat();
    const isSeveral = verdict === 'digits';
    const gap = this.#labels.some((label) => label.length > 1) ? ' ' : '';
    const reading = this.#reading(lines).map((line) => line.join(gap)).join('/');
    this.#setVerdict(verdict, verdict === 'none' ? strings.dash : reading, reading);
    if (isSeveral) element('answer').replaceChildren(...this.#asButtons(lines));
    element('boxes').replaceChildren(...(isSeveral || isBoxed ? this.#boxes(width, height) : []));
    this.#select(this.#digits.length - 1);
  }

  /** What a screen reader says of it. */
  spoken({ verdict, lines }) {
    if (verdict === 'digits') return strings.spokenDigits(this.#reading(lines));
    if (verdict === 'none') return strings.notDigit;
    return this.#spokenOf(this.#digits[0]);
  }

  #labelOf(probabilities) {
    return this.#labels[best(probabilities)];
  }

  #spokenOf({ probabilities, isSure }) {
    const say = isSure ? strings.spoken : strings.spokenUnsure;
    return say(this.#labelOf(probabilities), Math.max(...probabilities));
  }

  /** A digit, marked where it is a guess; a dash for what is none. */
  #textOf({ probabilities, isDigit, isSure }) {
    if (!isDigit) return strings.dash;
    const label = this.#labelOf(probabilities);
    return isSure ? label : strings.guess(label);
  }

  /** For each line its digits. */
  #reading(lines) {
    return lines.map((line) => line.map((each) => this.#textOf(each)));
  }

  #setVerdict(verdict, text, reading) {
    const answer = element('answer');
    answer.textContent = text;
    answer.dataset.verdict = verdict;
    answer.dataset.size = this.#digits.length > 24 ? 'small' : this.#digits.length > 8 ? 'middle' : 'large';
    answer.classList.toggle('word', verdict === 'digit' && text.length >= WORD);
    answer.classList.toggle('unsure', verdict === 'digit' && !this.#digits[0].isSure);
    element('verdict').dataset.verdict = verdict;
    delete answer.dataset.digit;
    delete answer.dataset.reading;
    if (verdict === 'digit') answer.dataset.digit = this.#labelOf(this.#digits[0].probabilities);
    if (verdict.startsWith('digit')) answer.dataset.reading = reading;
    if (verdict === 'digits') answer.setAttribute('role', 'radiogroup');
    else answer.removeAttribute('role');
    if (verdict === 'digits') answer.setAttribute('aria-label', strings.digitsFound);
    else answer.removeAttribute('aria-label');
  }

  /** Radio buttons in one group a line, with a stroke after each line but the last. */
  #asButtons(lines) {
    let place = 0;
    return lines.map((line, row) => {
      const group = document.createElement('span');
      group.className = 'line';
      for (const digit of line) {
        const button = document.createElement('button');
        button.type = 'button';
        button.setAttribute('role', 'radio');
        button.textContent = this.#textOf(digit);
        if (!digit.isDigit) button.setAttribute('aria-label', strings.notDigit);
        button.dataset.place = place++;
        group.append(button);
      }
      if (row + 1 < lines.length) {
        const stroke = document.createElement('span');
        stroke.className = 'stroke';
        stroke.setAttribute('aria-hidden', 'true');
        stroke.textContent = '/';
        group.append(stroke);
      }
      return group;
    });
  }

  /** Boxes in shares of the square in which the source is shown whole. */
  #boxes(width, height) {
    const side = Math.max(width, height);
    const share = (pixels) => `${(100 * pixels) / side}%`;
    return this.#digits.flatMap(({ box, isDigit, isSure }, place) => {
      if (box === null) return [];
      const shown = document.createElement('div');
      shown.style.left = share(box.x + (side - width) / 2);
      shown.style.top = share(box.y + (side - height) / 2);
      shown.style.width = share(box.width);
      shown.style.height = share(box.height);
      shown.dataset.place = place;
      shown.classList.toggle('none', !isDigit);
      shown.classList.toggle('unsure', isDigit && !isSure);
      return [shown];
    });
  }

  #choose(chosen) {
    if (chosen) this.#select(Number(chosen.dataset.place));
  }

  /** As in any group of radio buttons: arrow keys, Home and End. */
  #move(event) {
    const steps = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1, Home: -this.#selected, End: -1 - this.#selected };
    if (!(event.key in steps) || this.#digits.length < 2) return;
    event.preventDefault();
    const count = this.#digits.length;
    this.#select((this.#selected + steps[event.key] + count) % count);
    element('answer').querySelector('[aria-checked=true]').focus();
  }

  #select(place) {
    this.#selected = place;
    for (const button of element('answer').querySelectorAll('button')) {
      const isSelected = Number(button.dataset.place) === place;
      button.setAttribute('aria-checked', isSelected);
      button.tabIndex = isSelected ? 0 : -1;
    }
    for (const box of element('boxes').children) {
      box.classList.toggle('selected', Number(box.dataset.place) === place);
    }
    const digit = this.#digits[place];
    this.#show(digit.probabilities, digit.picture, digit.isDigit);
    this.#say(digit);
  }

  #say(digit) {
    const { probabilities, isDigit, isSure } = digit;
    const [first, second] = likeliest(probabilities, 2).map((place) => ({
      label: this.#labels[place],
      probability: probabilities[place],
    }));
    if (!isDigit) {
      element('sure').textContent = strings.notDigit;
      element('second').textContent = strings.nearest(first.label, first.probability);
      return;
    }
    const say = isSure ? strings.sure : strings.unsure;
    element('sure').textContent = this.#digits.length > 1 ? this.#spokenOf(digit) : say(first.probability);
    const isNear = second.probability >= 0.005 || !isSure;
    element('second').textContent = isNear ? strings.second(second.label, second.probability) : '';
  }

  #show(probabilities, picture, isDigit = true) {
    this.#bars.show(probabilities, !isDigit);
    element('second').textContent = '';
    this.#seen.show(picture, probabilities ? strings.seenLabel(this.#labelOf(probabilities)) : strings.seenNothing);
  }
}
