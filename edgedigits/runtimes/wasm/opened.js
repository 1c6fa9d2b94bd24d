// Opens a WebAssembly artifact for the runners of `edgedigits`: by its own model.js, as everybody does.

/** The model in the folder at `address`, and what its files say; see `Stated` in wasm_model.py. */
export async function opened(address) {
  const { labels, load, pixels } = await import(new URL('model.js', address).href);
  const model = await load();
  const golden = await import(new URL('selftest.js', address).href);
  const stated = {
    labels,
    pixels,
    classes: model.answerStored(new Uint8Array(pixels)).length,
    input: [model.input.scale, model.input.zeroPoint],
    output: [model.output.scale, model.output.zeroPoint],
    golden: golden.digest,
    failure: await golden.test().then(
      () => null,
      (error) => String(error?.message ?? error),
    ),
  };
  return { model, stated };
}

/** What the model answers to `count` pictures that lie one behind the other. */
export function answers(model, pictures, count) {
  const size = pictures.length / count;
  const rows = Array.from({ length: count }, (_, n) => model.answer(pictures.subarray(n * size, (n + 1) * size)));
  const values = new Float32Array(count * rows[0].length);
  rows.forEach((row, n) => values.set(row, n * row.length));
  return values;
}
