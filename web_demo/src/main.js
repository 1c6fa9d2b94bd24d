// Puts the page together: words, sheet, model, and what is shown of each answer.
import { Answer } from './answer.js';
import { Choosers } from './choosers.js';
import { Engine } from './engine.js';
import { Unreachable } from './fetching.js';
import { keepOffline } from './offline.js';
import { kindOf, readPage } from './page.js';
import { look, read } from './reading.js';
import { judgeBy } from './reject.js';
import { Sheet } from './sheet.js';
import { strings } from './strings.js';

/** Milliseconds until the page is kept for visits without a network: after an answer, and where none is asked for. */
const AFTER_ANSWER = 2_000;
const WITHOUT_ANSWER = 8_000;
const element = (id) => document.getElementById(id);

let engine = null;
let judge = judgeBy(null);
let wanted = null;
let isReading = false;
let reading = Promise.resolve();
let keeping = 0;
let isKept = false;

// What the page will be for stands in its HTML, so that nothing is shown that would have to go again.
const foreseen = document.documentElement.dataset.kind ?? 'digits';
const answer = new Answer(foreseen);
const sheet = new Sheet(update);
let sightOf = foreseen === 'pictures' ? null : look;
prepareFor(foreseen);
element('starting').hidden = true;
element('page').hidden = false;
start();

/** Words and sheet for "digits", other "signs", or "pictures". */
function prepareFor(kind) {
  document.documentElement.dataset.kind = kind;
  Object.assign(strings, strings.kinds[kind]);
  document.title = strings.title;
  for (const each of document.querySelectorAll('[data-string]')) each.textContent = strings[each.dataset.string];
  for (const each of document.querySelectorAll('[data-label]')) {
    each.setAttribute('aria-label', strings[each.dataset.label]);
  }
  sheet.isDrawn = kind !== 'pictures';
  update(false);
}

async function start() {
  setState('loading');
  const asked = new URLSearchParams(location.search);
  try {
    const page = await readPage();
    // The model travels while the page gets ready for it.
    const begun = new Engine(page);
    const choosers = new Choosers(page, begun, () => update(true));
    const ready = choosers.begin(asked.get('backend'), asked.get('model'));
    ready.catch(() => {});
    const kind = kindOf(page);
    if (kind !== foreseen) prepareFor(kind);
    if (kind === 'pictures') {
      sightOf = (await import('./whole.js')).wholly(page.input);
      element('seen-hint').textContent = strings.seenAs(page.input);
    } else {
      sightOf = look;
    }
    answer.expect(page, kind);
    update(false);
    judge = judgeBy(page.reject);
    await ready;
    engine = begun;
    setState('ready');
    update(!sheet.isEmpty);
    keepLater(WITHOUT_ANSWER);
  } catch (error) {
    showFailure(error);
  }
}

/**
 * Answers what is on the sheet; while an answer is under way, only the newest change waits for its turn. The promise is
 * kept when nothing waits any more.
 */
function update(isDone) {
  wanted = { isDone: isDone || Boolean(wanted?.isDone) };
  if (!isReading) reading = answerWanted();
  return reading;
}

async function answerWanted() {
  isReading = true;
  while (wanted) {
    const { isDone: isSpoken } = wanted;
    wanted = null;
    try {
      await answerSheet(isSpoken);
    } catch (error) {
      answer.clear(error.message);
    }
  }
  isReading = false;
}

/** On the fast path all of this happens before the next frame is painted. Spoken once a stroke, not once a frame. */
async function answerSheet(isSpoken) {
  if (sheet.isEmpty) {
    answer.clear(strings.waiting);
    if (isSpoken && engine) say(strings.cleared);
    return;
  }
  // While the model travels, nothing is looked at before it is whole: that would hold up the model.
  if (!sightOf || !(engine || isSpoken)) {
    answer.clear(strings.loadingModel);
    return;
  }
  const source = sheet.pixels();
  const begun = performance.now();
  const sight = sightOf(source, isSpoken);
  const prepared = performance.now() - begun;
  if (!engine) {
    answer.clear(strings.loadingModel, sight.picture);
    return;
  }
  const { result, took } = await engine.withAnswer(async (ask) => {
    const asked = performance.now();
    return { result: await read(sight, { answer: ask, judge, lowest: source.lowest }), took: performance.now() - asked };
  });
  if (result.verdict === 'blank') {
    const text = source.isBoxed ? strings.noDigitInPicture : strings.waiting;
    answer.clear(text);
    if (isSpoken) say(text);
    return;
  }
  answer.show(result, source);
  element('time').textContent = strings.timeOf(took / result.answers, prepared);
  if (!isSpoken) return;
  say(answer.spoken(result));
  keepLater(AFTER_ANSWER);
}

/**
 * Keeps the page for visits without a network, where the browser and the page's host allow it; so many milliseconds
 * from now, for nothing is to travel before the first answer that is not needed for it.
 */
function keepLater(delay) {
  clearTimeout(keeping);
  if (isKept) return;
  keeping = setTimeout(() => {
    isKept = true;
    keepOffline(engine.current.spare);
  }, delay);
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

function setState(state) {
  document.documentElement.dataset.state = state;
}

function say(text) {
  element('live').textContent = text;
}
