// Which model answers on which backend, and how another takes over.
import { backendsToTry, startBackend } from './backend.js';
import { Classifier, fetchGolden, fetchModel } from './model.js';
import { selfTest } from './selftest.js';
import { strings } from './strings.js';

/** Holds one working classifier; work on it and changes of it take turns. */
export class Engine {
  #page;
  #golden;
  #models = new Map();
  #classifier = null;
  #turn = Promise.resolve();
  #early;
  #uses = 0;

  /** {backend, model, test}: names of what is in use and the result of its self-test; null before there is any. */
  current = null;

  /** `early`, {name, done}, is a backend that is being started already. */
  constructor(page, early) {
    this.#page = page;
    this.#early = early;
  }

  /** Calls `work` with the function that answers pictures; nothing is changed meanwhile. */
  withAnswer(work) {
    return this.#inTurn(() => work((picture) => this.#classifier.answer(picture)));
  }

  /**
   * Takes a model of the page on the wanted backend or, where that fails or answers differently, on the next.
   *
   * What was in use before goes on answering while files travel, and for good when nothing else works; then this
   * throws. Returns the backends that failed, each {name, reason}. Asked again meanwhile, it leaves all to the newer.
   * `loaded(bytes, total)` hears how much of the files has come.
   */
  async use(backend, id, loaded) {
    const use = ++this.#uses;
    const files = this.#fetch(id, loaded);
    files.catch(() => {});
    // At the very start the backend travels at the same time as the model.
    if (this.current) await files;
    return this.#inTurn(() => (use === this.#uses ? this.#switch(backendsToTry(backend), id, files) : []));
  }

  /** Lets `work` use the backends as it likes, then goes on with what was in use. */
  borrow(work) {
    return this.#inTurn(async () => {
      try {
        return await work({ page: this.#page, golden: await this.#golden });
      } finally {
        await startBackend(this.current.backend);
      }
    });
  }

  async #switch(names, id, files) {
    const failures = [];
    let test = null;
    for (const name of names) {
      let opened = null;
      try {
        await this.#start(name);
      } catch (error) {
        failures.push({ name, reason: error.message });
        continue;
      }
      // Outside of any `try`: files that cannot be had are no fault of the backend.
      const [artifacts, golden] = await files;
      try {
        opened = await Classifier.open(artifacts, this.#page);
        test = await selfTest((picture) => opened.answer(picture), golden);
        if (!test.isPassed) throw new Error(strings.selfTestFailed);
        this.#classifier?.dispose();
        this.#classifier = opened;
        this.current = { backend: name, model: id, test };
        return failures;
      } catch (error) {
        opened?.dispose();
        failures.push({ name, reason: error.message });
      }
    }
    if (this.current) await startBackend(this.current.backend);
    const reasons = failures.map(({ name, reason }) => `${strings.backendName(name)}: ${reason}`);
    throw Object.assign(new Error(strings.noBackend(reasons.join('; '))), { test });
  }

  #fetch(id, loaded) {
    const entry = this.#page.models.find((model) => model.id === id);
    const total = entry.size_bytes + (this.#golden ? 0 : this.#page.golden_bytes);
    let bytes = 0;
    const took = (more) => loaded((bytes += more), total);
    // A file that could not be had is asked for again the next time.
    if (!this.#models.has(id)) this.#models.set(id, fetchModel(entry, took).catch((error) => this.#forget(id, error)));
    this.#golden ??= fetchGolden(this.#page, took).catch((error) => {
      this.#golden = null;
      throw error;
    });
    return Promise.all([this.#models.get(id), this.#golden]);
  }

  #start(name) {
    const early = this.#early;
    this.#early = null;
    return early?.name === name ? early.done : startBackend(name);
  }

  #forget(id, error) {
    this.#models.delete(id);
    throw error;
  }

  #inTurn(work) {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }
}
