// Does this browser answer what the float model answered, on the pictures that travel with the model?
import { best } from './likeliest.js';

/** Below this share of equal answers a backend is not used. Quantized weights may tip a close call. */
const LEAST_AGREEMENT = 0.95;
/** Of two classes that the float model holds for about as likely, either is its answer. */
const UNDECIDED = 0.05;
/** After so many milliseconds of answers the page gets a moment for itself. */
const BREATH = 60;

/** Runs `answer` over golden pictures; {agreeing, total, largest, isPassed}. */
export async function selfTest(answer, golden) {
  let agreeing = 0;
  let largest = 0;
  let breathed = performance.now();
  for (const [n, picture] of golden.pictures.entries()) {
    const expected = golden.probabilities[n];
    const found = await answer(picture);
    if (isAnswer(best(found), expected)) agreeing++;
    // Math.max keeps NaN: what is no number, or not there, must count as the largest difference and not as none.
    for (let place = 0; place < Math.max(found.length, expected.length); place++) {
      largest = Math.max(largest, Math.abs(found[place] - expected[place]));
    }
    if (performance.now() - breathed > BREATH) {
      await new Promise((resolve) => setTimeout(resolve));
      breathed = performance.now();
    }
  }
  const total = golden.pictures.length;
  const isPassed = Number.isFinite(largest) && agreeing >= total * LEAST_AGREEMENT;
  return { agreeing, total, largest, isPassed };
}

/** Whether a class is the likeliest of the float model's, or nearly so: among many classes all may be unlikely. */
function isAnswer(place, expected) {
  const likeliest = expected[best(expected)];
  return expected[place] > likeliest - UNDECIDED && expected[place] >= likeliest / 2;
}
