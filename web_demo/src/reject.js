// Knowing when a picture is no digit. The twin of edgedigits/bundle/reject.py.

/** How sure ten probabilities are of their largest, with the model's overconfidence taken back; NaN for no numbers. */
export function confidence(probabilities, temperature) {
  const largest = Math.max(...probabilities);
  return 1 / probabilities.reduce((sum, each) => sum + (each / largest) ** (1 / temperature), 0);
}

/**
 * The judge of answers that model/page.json describes, {temperature, threshold}, or null: then every answer is
 * a digit. It maps probabilities to {confidence, isDigit}.
 */
export function judgeBy(reject) {
  const { temperature, threshold } = reject ?? { temperature: 1, threshold: 0 };
  return (probabilities) => {
    const sure = confidence(probabilities, temperature);
    return { confidence: sure, isDigit: sure >= threshold };
  };
}
