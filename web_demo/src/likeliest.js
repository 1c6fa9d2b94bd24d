// Which of a model's answers are the largest.

/** Index of the largest value. */
export const best = (probabilities) => probabilities.indexOf(Math.max(...probabilities));

/** Indices of the `count` largest values, the largest first. */
export function likeliest(values, count) {
  const found = [];
  values.forEach((value, n) => {
    const place = found.findIndex((other) => value > values[other]);
    found.splice(place < 0 ? found.length : place, 0, n);
    found.length = Math.min(found.length, count);
  });
  return found;
}
