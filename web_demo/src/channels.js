// Pixels of a picture as the numbers that a model takes.

/**
 * Where each channel that a model takes lies in a picture's pixels and in the model's numbers. Pixels are 0..255; a
 * model takes (low + p / 255 * (high - low) - mean) / std of them.
 */
export function channelsOf({ channels, range: [low, high], mean, std, order, layout }) {
  return Array.from({ length: channels }, (_, channel) => ({
    offset: (low - (mean?.[channel] ?? 0)) / (std?.[channel] ?? 1),
    scale: (high - low) / (std?.[channel] ?? 1) / 255,
    source: order === 'BGR' ? channels - 1 - channel : channel,
    planar: layout === 'channels first',
  }));
}

/** Puts `numberOf(channel, pixel)` of each pixel in its place in `numbers`; `channels` is what `channelsOf` gave. */
export function putPixels(numbers, picture, channels, numberOf) {
  const count = channels.length;
  const plane = picture.length / count;
  channels.forEach((channel, n) => {
    const [first, step] = channel.planar ? [n * plane, 1] : [n, count];
    for (let place = 0; place < plane; place += 1) {
      numbers[first + place * step] = numberOf(channel, picture[place * count + channel.source]);
    }
  });
}

/** What pixel 0..255 of a channel is to the model. */
export const valueOf = ({ offset, scale }, pixel) => offset + pixel * scale;

export function softmax(logits) {
  const largest = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
