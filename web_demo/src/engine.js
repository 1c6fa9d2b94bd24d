// Which model answers on which backend, and how another takes over.
import { runnerOf } from './backend.js';
import { fetchGolden } from './golden.js';
import { selfTest } from './selftest.js';
import { strings } from './strings.js';

/** Holds one working model; work on it and changes of it take turns. */
export class Engine {
  #page;
  #golden = null;
  #files = new Map();
  #opened = null;
  #turn = Promise.resolve();
  #uses = 0;

  /**
   * {backend, model, version, test, spare}: names of what is in use, the version of its library or null, the result of
   * its self-test, and the runner's own `spare`; null before there is any.
   */
  current = null;

  constructor(page) {
    this.#page = page;
  }

  /** Calls `work` with the function that answers pictures; nothing is changed meanwhile. */
  withAnswer(work) {
    return this.#inTurn(() => work((picture) => this.#opened.answer(picture)));
  }

  /**
   * Takes the first of `ways`, {backend, model}, or, where that fails or answers differently, the next.
   *
   * What was in use before goes on answering while files travel, and for good when nothing else works; then this
   * throws. Returns the backends that failed, each {name, reason}. Asked again meanwhile, it leaves all to the newer.
   * `loaded(bytes, total)` hears how much of the files has come.
   */
  async use(ways, loaded) {
    const use = ++this.#uses;
    const files = this.#fetch(ways[0], loaded);
    files.catch(() => {});
    // At the very start the backend travels at the same time as the model.
    if (this.current) await files;
    return this.#inTurn(() => (use === this.#uses ? this.#switch(ways, loaded) : []));
  }

  /** Lets `work` use the backends as it likes, then goes on with what was in use. */
  borrow(work) {
    return this.#inTurn(async () => {
      try {
        return await work(this.#page);
      } finally {
        await this.#resume();
      }
    });
  }

  async #switch(ways, loaded) {
    const failures = [];
    let test = null;
    let lost = null;
    for (const way of ways) {
      // A model that cannot be had is no fault of the backend: another one would lack it as well.
      if (way.model === lost?.model) continue;
      try {
        await this.#take(way, loaded);
        return failures;
      } catch (error) {
        failures.push({ name: way.backend, reason: error.message });
        if (error.model) lost = error;
        test = error.test ?? test;
      }
    }
    await this.#resume();
    if (lost) throw lost;
    const reasons = failures.map(({ name, reason }) => `${strings.backendName(name)}: ${reason}`);
    throw Object.assign(new Error(strings.noBackend(reasons.join('; '))), { test });
  }

  async #take({ backend, model }, loaded) {
    const runner = await runnerOf(backend);
    await runner.start(backend);
    const [files, golden] = await this.#fetch({ backend, model }, loaded);
    const opened = await runner.openModel(files, this.#page);
    try {
      const test = await selfTest((picture) => opened.answer(picture), golden);
      if (!test.isPassed) throw Object.assign(new Error(strings.selfTestFailed), { test });
      this.#opened?.dispose();
      this.#opened = opened;
      this.current = { backend, model, version: runner.version, test, spare: runner.spare };
    } catch (error) {
      opened.dispose();
      throw error;
    }
  }

  /** Starts the backend in use again, where another was started since. */
  async #resume() {
    if (!this.current) return;
    const { backend } = this.current;
    await (await runnerOf(backend)).start(backend);
  }

  /**
   * The files of a model, and the pictures of its self-test. The error of files that cannot be had names their
   * `model`; they are asked for again the next time.
   */
  #fetch({ backend, model }, loaded) {
    const page = this.#page;
    const entry = page.models.find(({ id }) => id === model);
    let total = bytesOf(entry) + (this.#golden ? 0 : page.self_test_bytes);
    let bytes = 0;
    // What a runner needs beside the model, it adds to the total.
    const took = (more, added = 0) => loaded((bytes += more), (total += added));
    const failed = (error) => {
      this.#files.delete(model);
      throw Object.assign(error, { model });
    };
    if (!this.#files.has(model)) {
      this.#files.set(model, runnerOf(backend).then((runner) => runner.fetchModel(entry, took)).catch(failed));
    }
    this.#golden ??= fetchGolden(page.self_test, page, took).catch((error) => {
      this.#golden = null;
      throw Object.assign(error, { model });
    });
    return Promise.all([this.#files.get(model), this.#golden]);
  }

  #inTurn(work) {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }
}

/** What travels of a model. */
const bytesOf = ({ path, size_bytes: bytes, gzip_bytes: gzipBytes }) => (path.endsWith('.gz') ? gzipBytes : bytes);
