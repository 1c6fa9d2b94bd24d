// Times the model of one WebAssembly artifact: in Node (node time.js FOLDER) or in a page that has it in model/.
const WARM_MS = 300;
const ROUNDS = 20;
const TOGETHER = 100; // answers between two looks at the clock, which is coarse in pages

async function timed(folder) {
  const { load, pixels } = await import(new URL('model.js', folder).href);
  const started = performance.now();
  const model = await load();
  const load_ms = performance.now() - started;
  const picture = Uint8Array.from({ length: pixels }, (_, n) => (7919 * n) % 251);
  while (performance.now() < started + WARM_MS) model.answer(picture);
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    for (let n = 0; n < TOGETHER; n++) model.answer(picture);
    rounds.push((1000 * (performance.now() - begun)) / TOGETHER);
  }
  return { load_ms, answer_us: rounds.sort((a, b) => a - b)[ROUNDS / 2] };
}

if (globalThis.process) {
  const { pathToFileURL } = await import('node:url');
  console.log(JSON.stringify(await timed(pathToFileURL(`${process.argv[2]}/`))));
} else {
  globalThis.edgedigits = { timed: () => timed(new URL('model/', location.href)) };
}
