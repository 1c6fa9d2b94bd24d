// The window of the longer self-test: progress, a table of results, and saving them. A file apart, for those who ask.
import { fetchGolden } from './golden.js';
import { asDocument, testEverything } from './longtest.js';
import { strings } from './strings.js';

const element = (id) => document.getElementById(id);
const FILE = 'edgedigits-self-test.json';

let saved = null;
element('save').addEventListener('click', save);
element('close').addEventListener('click', () => element('test-dialog').close());

/** Opens the window, runs the test until it ends or the window is closed, and stays open until then. */
export async function openDialog(engine) {
  const dialog = element('test-dialog');
  const stopping = new AbortController();
  dialog.addEventListener('close', () => stopping.abort(), { once: true });
  element('test-rows').replaceChildren();
  element('save').disabled = true;
  dialog.dataset.state = 'running';
  dialog.showModal();
  const progress = element('test-progress');
  const status = element('test-status');
  await engine.borrow(async (page) => {
    const golden = await fetchGolden(page.golden, page);
    const found = await testEverything({ page, golden }, {
      signal: stopping.signal,
      began(backend, model, share) {
        progress.value = share;
        status.textContent = strings.testing(strings.backendName(backend), model);
      },
      ended: (row) => element('test-rows').append(asTableRow(row)),
    });
    if (stopping.signal.aborted) return;
    progress.value = 1;
    const passed = found.rows.filter((row) => row.passed).length;
    status.textContent = strings.tested(passed, found.rows.length);
    saved = asDocument(found, page, golden.pictures.length);
    element('save').disabled = false;
    dialog.dataset.state = 'done';
  });
}

function asTableRow(row) {
  const cells = row.error
    ? [strings.failed(row.error)]
    : [
        strings.share(row.agreement),
        row.largest_difference === null ? strings.dash : strings.difference(row.largest_difference),
        strings.milliseconds(row.median_ms),
        strings.milliseconds(row.p95_ms),
      ];
  const line = document.createElement('tr');
  line.dataset.passed = row.passed;
  const head = document.createElement('th');
  head.scope = 'row';
  head.textContent = `${strings.backendName(row.backend)}, ${row.scheme}`;
  line.append(
    head,
    ...cells.map((text) => Object.assign(document.createElement('td'), { textContent: text, colSpan: row.error ? 4 : 1 })),
  );
  return line;
}

function save() {
  const file = new Blob([`${JSON.stringify(saved, null, 2)}\n`], { type: 'application/json' });
  const address = URL.createObjectURL(file);
  Object.assign(document.createElement('a'), { href: address, download: FILE }).click();
  // The browser has begun to save by then; freeing at once would stop some.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
