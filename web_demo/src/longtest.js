// The longer self-test: every model of the page on every backend that runs it here, many times over.
import { backendsOf, modelsOn, runnerOf } from './backend.js';
import { selfTest } from './selftest.js';

const SCHEMA_VERSION = 1;
/** The golden pictures are answered so many times, or until so many milliseconds have gone. */
const ROUNDS = 10;
const LONGEST = 2500;

/**
 * Runs the test on what the engine lends; {rows, versions}, the latter of the libraries that were used, by target.
 *
 * Calls `began(backend, model, share done)` and `ended(row)`; ends early, with the rows so far, when `signal` says so.
 * A row is {backend, model, scheme, passed, answers, agreement, largest_difference, first_ms, median_ms, p95_ms} or
 * {backend, model, scheme, passed: false, error}; times are per answer and in milliseconds.
 */
export async function testEverything({ page, golden }, { began, ended, signal }) {
  const cases = backendsOf(page).flatMap((backend) => modelsOn(backend, page.models).map((model) => ({ backend, model })));
  const rows = [];
  const versions = {};
  for (const [n, { backend, model }] of cases.entries()) {
    if (signal.aborted) break;
    began(backend, model.id, n / cases.length);
    const row = { backend, model: model.id, scheme: model.scheme };
    try {
      const runner = await runnerOf(backend);
      await runner.start(backend);
      versions[model.target] = runner.version;
      const opened = await runner.openModel(await runner.fetchModel(model), page);
      Object.assign(row, await measured(opened, golden, signal));
    } catch (error) {
      Object.assign(row, { passed: false, error: error.message });
    }
    if (signal.aborted) break;
    rows.push(row);
    ended(row);
  }
  return { rows, versions };
}

/** What is saved of a test: who ran it, when, on what, and its rows. */
export function asDocument({ rows, versions }, page, pictures) {
  return {
    schema_version: SCHEMA_VERSION,
    page_schema_version: page.schema_version,
    date: new Date().toISOString(),
    user_agent: navigator.userAgent,
    tensorflow_js: versions.tfjs ?? null,
    litert_js: versions.tflite ?? null,
    golden_pictures: pictures,
    results: rows,
  };
}

async function measured(opened, golden, signal) {
  const times = [];
  const timed = async (picture) => {
    signal.throwIfAborted();
    const begun = performance.now();
    const found = await opened.answer(picture);
    times.push(performance.now() - begun);
    return found;
  };
  try {
    const begun = performance.now();
    const rounds = [];
    while (rounds.length < ROUNDS && !signal.aborted && performance.now() - begun < LONGEST) {
      rounds.push(await selfTest(timed, golden));
    }
    const total = rounds.reduce((sum, round) => sum + round.total, 0);
    const agreeing = rounds.reduce((sum, round) => sum + round.agreeing, 0);
    const largest = Math.max(...rounds.map((round) => round.largest));
    const [first, ...later] = times;
    later.sort((a, b) => a - b);
    const quantile = (share) => later[Math.min(later.length - 1, Math.floor(share * later.length))] ?? first;
    return {
      passed: rounds.every((round) => round.isPassed),
      answers: total,
      agreement: agreeing / total,
      // JSON has no NaN: answers that are no numbers have no largest difference.
      largest_difference: Number.isFinite(largest) ? largest : null,
      first_ms: first,
      median_ms: quantile(0.5),
      p95_ms: quantile(0.95),
    };
  } finally {
    opened.dispose();
  }
}
