// The lists from which models and backends are chosen; they always say what is really in use.
import { backendsOf, isOffered, modelsOn, waysToTry } from './backend.js';
import { strings } from './strings.js';

/** Smaller models are there before anybody could read how much of them is. */
const LARGE = 2_000_000;
const element = (id) => document.getElementById(id);

export class Choosers {
  #page;
  #engine;
  #changed;
  #choices = 0;

  /** Calls `changed()` when another model or backend answers. */
  constructor(page, engine, changed) {
    this.#page = page;
    this.#engine = engine;
    this.#changed = changed;
    const option = (value, text) => Object.assign(document.createElement('option'), { value, textContent: text });
    const [models, backends] = [[], []];
    for (const library of new Set(backendsOf(page).map(strings.libraryOf))) {
      const names = backendsOf(page).filter((name) => strings.libraryOf(name) === library);
      const run = modelsOn(names[0], page.models);
      models.push(...below(library, run.map((model) => option(model.id, strings.modelOf(model)))));
      backends.push(...below(library, names.map((name) => option(name, strings.backends[name]))));
    }
    element('model').replaceChildren(...models);
    element('backend').replaceChildren(...backends);
    for (const id of ['model', 'backend']) element(id).addEventListener('change', () => this.#choose(id));
    element('longer').addEventListener('click', () => this.#testLonger());
  }

  /** Takes what the address asks for, or else what is best here. */
  async begin(backend, model) {
    const isModel = this.#page.models.some(({ id }) => id === model);
    const notes = [];
    if (backend && !isOffered(backend, this.#page)) notes.push(strings.notOffered(strings.backendName(backend)));
    if (model && !isModel) notes.push(strings.notOffered(model));
    await this.#use(waysToTry(this.#page, backend, model), notes);
    for (const id of ['model', 'backend', 'longer']) element(id).disabled = false;
  }

  async #choose(list) {
    // The newest choice is what counts when several wait for their turn.
    const choice = ++this.#choices;
    const [backend, model] = [element('backend').value, element('model').value];
    // The other list follows the one in which something was chosen.
    const fits = list === 'backend' || modelsOn(backend, this.#page.models).some(({ id }) => id === model);
    const ways = waysToTry(this.#page, fits ? backend : null, model);
    [element('backend').value, element('model').value] = [ways[0].backend, ways[0].model];
    try {
      await this.#use(ways);
    } catch (error) {
      if (choice !== this.#choices) return;
      const { current } = this.#engine;
      notice(strings.goesOn(error.message, strings.backendName(current.backend), current.model));
    }
    if (choice !== this.#choices) return;
    this.#showCurrent();
    this.#changed();
    reflect(this.#engine.current);
  }

  async #testLonger() {
    try {
      const { openDialog } = await import('./longtest-dialog.js');
      await openDialog(this.#engine);
    } catch (error) {
      notice(strings.cannotTest(error.message));
    }
  }

  async #use(ways, notes = []) {
    const choice = this.#choices;
    const [{ backend, model }] = ways;
    element('loaded').hidden = true;
    element('loading').textContent = strings.loading(model, strings.backendName(backend));
    document.documentElement.setAttribute('aria-busy', 'true');
    try {
      const loaded = (bytes, total) => choice === this.#choices && showLoaded(bytes, total);
      const failures = await this.#engine.use(ways, loaded);
      if (choice !== this.#choices) return;
      const used = this.#engine.current.backend;
      notice([...notes, ...failures.map(({ name, reason }) => strings.fellBack(name, reason, used))].join(' '));
      this.#showCurrent();
    } catch (error) {
      if (error.test) showSelfTest(error.test);
      throw error;
    } finally {
      if (choice === this.#choices) {
        element('loading').textContent = '';
        element('loaded').hidden = true;
        document.documentElement.removeAttribute('aria-busy');
      }
    }
  }

  #showCurrent() {
    const { backend, model, version, test } = this.#engine.current;
    element('library').textContent = version === null ? '' : `${strings.libraryOf(backend)} ${version}`;
    element('backend').value = backend;
    element('backend').dataset.backend = backend;
    element('model').value = model;
    element('model').dataset.model = model;
    showSelfTest(test);
  }
}

/** Options below the name of their library, where they have one. */
function below(library, options) {
  if (!library) return options;
  const group = Object.assign(document.createElement('optgroup'), { label: library });
  group.append(...options);
  return [group];
}

function showLoaded(bytes, total) {
  if (!(total >= LARGE)) return;
  element('loaded').hidden = false;
  Object.assign(element('load-progress'), { max: total, value: bytes });
  element('loaded-bytes').textContent = strings.loaded(bytes, total);
}

function showSelfTest({ agreeing, total, largest, isPassed }) {
  const box = element('self-test');
  box.textContent = strings.selfTestOf(agreeing, total, largest);
  box.dataset.state = isPassed ? 'passed' : 'failed';
  Object.assign(box.dataset, { agreeing, total, largest });
}

/** What is in use goes into the address, so that the same page can be opened again. */
function reflect({ backend, model }) {
  const address = new URL(location.href);
  address.searchParams.set('backend', backend);
  address.searchParams.set('model', model);
  try {
    history.replaceState(null, '', address);
  } catch {
    // Pages opened from a file may not change their address.
  }
}

function notice(text) {
  element('notice').hidden = text === '';
  element('notice').textContent = text;
}
