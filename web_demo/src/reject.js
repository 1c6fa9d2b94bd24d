// Knowing when an answer is unsure, and when a picture is no digit. The twin of edgedigits/bundle/reject.py.

/** How sure ten probabilities are of their largest, with the model's overconfidence taken back; NaN for no numbers. */
export function confidence(probabilities, temperature) {
  const largest = Math.max(...probabilities);
  return 1 / probabilities.reduce((sum, each) => sum + (each / largest) ** (1 / temperature), 0);
}

/**
 * The judge of answers that model/page.json describes, {temperature, threshold, sure}, or null: then every answer is a
 * sure digit. It maps probabilities to {confidence, isDigit, isSure}.
 */
export function judgeBy(reject) {
  const { temperature, threshold, sure } = reject ?? { temperature: 1, threshold: 0, sure: 0 };
  return (probabilities) => {
    const found = confidence(probabilities, temperature);
    return { confidence: found, isDigit: found >= threshold, isSure: found >= sure };
  };
}
