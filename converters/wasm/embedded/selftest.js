// Pictures, and what model.wasm answers to them, byte for byte. `node selftest.js` compares; pages may import `test`.
import { load } from './model.js';

/** What the model.wasm that is meant tells at its end. */
export const digest = '{digest}';
const count = {count};
/** [count][pixels] and [count][classes], in base64. */
const pictures = '{pictures}';
const answers = '{answers}';

/** Compares them with what the model answers, and says how many there are. Throws at the first that is different. */
export async function test(wasm) {
  const model = await load(wasm);
  const given = bytes(pictures);
  const expected = bytes(answers);
  for (let n = 0; n < count; n++) {
    const size = given.length / count;
    const found = model.answerStored(given.subarray(n * size, (n + 1) * size));
    found.forEach((value, place) => {
      const wanted = expected[n * found.length + place];
      if (value !== wanted) throw new Error(`picture ${n}, class ${place}: ${value} instead of ${wanted}`);
    });
  }
  return count;
}

function bytes(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

if (globalThis.process?.argv?.[1]?.endsWith('selftest.js')) {
  console.log(`${await test()} golden pictures are answered byte for byte`);
}
