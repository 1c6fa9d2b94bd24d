// Does this browser answer what the float model answered, on the pictures that travel with the model?
import { best } from './model.js';

/** Below this share of equal answers a backend is not used. Quantized weights may tip a close call. */
const LEAST_AGREEMENT = 0.95;

/** Runs `answer` over golden pictures; {agreeing, total, largest, isPassed}. */
export async function selfTest(answer, golden) {
  let agreeing = 0;
  let largest = 0;
  for (const [n, picture] of golden.pictures.entries()) {
    const expected = golden.probabilities[n];
    const found = await answer(picture);
    if (best(found) === best(expected)) agreeing++;
    expected.forEach((probability, digit) => {
      const difference = Math.abs(found[digit] - probability);
      // A comparison with NaN is false: it must count as the largest difference, not as none.
      largest = difference <= largest ? largest : difference;
    });
  }
  const total = golden.pictures.length;
  const isPassed = Number.isFinite(largest) && agreeing >= total * LEAST_AGREEMENT;
  return { agreeing, total, largest, isPassed };
}
