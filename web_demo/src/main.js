// Puts the page together: words, pad, model, and what is shown of each answer.
import { backendsToTry, startBackend, tf } from './backend.js';
import { Bars } from './bars.js';
import { Unreachable } from './fetching.js';
import { Classifier, best, fetchGolden, fetchModel, readPage } from './model.js';
import { Pad, RESOLUTION } from './pad.js';
import { SIDE, prepare } from './picture.js';
import { selfTest } from './selftest.js';
import { strings } from './strings.js';

const DIGITS = Array.from('0123456789');
const element = (id) => document.getElementById(id);
const seen = element('seen').getContext('2d');

let classifier = null;
let labels = DIGITS;

document.title = strings.title;
for (const each of document.querySelectorAll('[data-string]')) each.textContent = strings[each.dataset.string];
for (const each of document.querySelectorAll('[data-label]')) {
  each.setAttribute('aria-label', strings[each.dataset.label]);
}
const bars = new Bars(element('bars'), labels);
const pad = new Pad(element('pad'), element('cursor'), (isStrokeDone) => update(isStrokeDone));
element('undo').addEventListener('click', () => pad.undo());
element('clear').addEventListener('click', () => pad.clear());
document.addEventListener('keydown', (event) => {
  if (event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey) && !event.shiftKey) pad.undo();
  else if (event.key === 'Escape') pad.clear();
  else return;
  event.preventDefault();
});
showAnswer(null);
element('starting').hidden = true;
element('page').hidden = false;
start();

async function start() {
  setState('loading', strings.loading);
  const names = backendsToTry(new URLSearchParams(location.search).get('backend'));
  // The backend travels while the model's description does; what becomes of it is awaited below.
  const first = startBackend(names[0]);
  first.catch(() => {});
  try {
    const page = await readPage();
    labels = page.labels;
    const entry = page.models.find((model) => model.id === page.default);
    element('model').textContent = strings.modelOf(entry.id, entry.size_bytes, entry.gzip_bytes);
    const files = Promise.all([fetchModel(entry), fetchGolden(page)]);
    files.catch(() => {});
    await openOnSomeBackend(names, first, files, page.input);
    setState('ready');
    update(!pad.isEmpty);
  } catch (error) {
    showFailure(error);
  }
}

/** Takes the first backend that starts and passes the self-test, and says which ones did not. */
async function openOnSomeBackend(names, first, files, input) {
  const failures = [];
  for (const name of names) {
    const failed = (error) => failures.push({ name, reason: error.message });
    try {
      await (name === names[0] ? first : startBackend(name));
    } catch (error) {
      failed(error);
      continue;
    }
    // Outside of any `try`: files that cannot be had are no fault of the backend.
    const [artifacts, golden] = await files;
    let opened = null;
    try {
      opened = await Classifier.open(artifacts, input);
      const result = selfTest((picture) => opened.answer(picture), golden);
      showSelfTest(result);
      if (!result.isPassed) throw new Error(strings.selfTestFailed);
      classifier = opened;
      showBackend(name, failures[0]);
      return;
    } catch (error) {
      opened?.dispose();
      failed(error);
    }
  }
  throw new Error(strings.noBackend(failures.map(({ name, reason }) => `${name}: ${reason}`).join('; ')));
}

/** Answers what is on the pad. */
function update(isStrokeDone) {
  element('undo').disabled = element('clear').disabled = pad.isEmpty;
  element('pad-box').classList.toggle('empty', pad.isEmpty);
  const begun = performance.now();
  const picture = pad.isEmpty ? null : prepare(pad.pixels(), RESOLUTION, RESOLUTION);
  const prepared = performance.now();
  if (picture === null || classifier === null) {
    showAnswer(null, picture);
    if (picture === null && isStrokeDone && classifier !== null) say(strings.cleared);
    return;
  }
  const probabilities = classifier.answer(picture);
  const done = performance.now();
  if (!probabilities.every(Number.isFinite)) {
    showAnswer(null, picture);
    element('sure').textContent = strings.notNumbers;
    return;
  }
  showAnswer(probabilities, picture);
  element('time').textContent = strings.timeOf(done - prepared, prepared - begun);
  // Spoken once a stroke, not once a frame.
  const digit = best(probabilities);
  if (isStrokeDone) say(strings.spoken(labels[digit], probabilities[digit]));
}

function showAnswer(probabilities, picture = null) {
  const answer = element('answer');
  bars.show(probabilities);
  showSeen(picture, probabilities);
  if (probabilities === null) {
    delete answer.dataset.digit;
    answer.textContent = '';
    element('sure').textContent = strings.waiting;
    element('second').textContent = '';
    return;
  }
  const order = Array.from(probabilities.keys()).sort((a, b) => probabilities[b] - probabilities[a]);
  answer.dataset.digit = labels[order[0]];
  answer.textContent = labels[order[0]];
  element('sure').textContent = strings.sure(probabilities[order[0]]);
  const second = probabilities[order[1]];
  element('second').textContent = second >= 0.005 ? strings.second(labels[order[1]], second) : '';
}

function showSeen(picture, probabilities) {
  const image = seen.createImageData(SIDE, SIDE);
  for (let n = 0; n < SIDE * SIDE; n++) {
    image.data.fill(picture?.[n] ?? 0, 4 * n, 4 * n + 3);
    image.data[4 * n + 3] = 255;
  }
  seen.putImageData(image, 0, 0);
  const label = probabilities ? strings.seenLabel(labels[best(probabilities)]) : strings.seenNothing;
  element('seen').setAttribute('aria-label', label);
}

function showBackend(name, failure) {
  element('backend').textContent = strings.backendName(name);
  element('backend').dataset.backend = name;
  element('library').textContent = strings.libraryOf(tf.version_core);
  if (failure) showNotice(strings.fellBack(failure.name, failure.reason, name));
}

function showSelfTest({ agreeing, total, largest, isPassed }) {
  const box = element('self-test');
  box.textContent = strings.selfTestOf(agreeing, total, largest);
  box.dataset.state = isPassed ? 'passed' : 'failed';
  Object.assign(box.dataset, { agreeing, total, largest });
}

function showNotice(text) {
  element('notice').hidden = false;
  element('notice').textContent = text;
}

function showFailure(error) {
  const isMissing = error instanceof Unreachable && error.status === 404;
  setState(isMissing ? 'no-model' : 'failed');
  element('trouble').hidden = false;
  element('trouble-title').textContent = isMissing ? strings.noModelTitle : strings.failedTitle;
  element('trouble-text').textContent = isMissing ? strings.noModel : error.message;
  const commands = isMissing ? strings.noModelCommands : [];
  element('trouble-commands').hidden = !isMissing;
  element('trouble-commands').textContent = commands.join('\n');
}

function setState(state, text = '') {
  document.documentElement.dataset.state = state;
  element('loading').textContent = text;
}

function say(text) {
  element('live').textContent = text;
}
