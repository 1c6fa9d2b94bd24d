// Every English word of the page: translate this file and `lang` in index.html.

const percent = new Intl.NumberFormat('en', { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
const kilobytes = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

const BACKENDS = { wasm: 'WebAssembly', cpu: 'plain JavaScript' };
const backend = (name) => BACKENDS[name] ?? name;

/** Probabilities that round to 0 or 100 % without being so are shown as bounds. */
const share = (probability) => {
  if (probability > 0 && probability < 0.0005) return '<0.1%';
  if (probability < 1 && probability > 0.9995) return '>99.9%';
  return percent.format(probability);
};

const size = (bytes) => `${kilobytes.format(bytes / 1000)} KB`;

const milliseconds = (ms) => (ms < 0.1 ? 'under 0.1 ms' : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`);

export const strings = {
  title: 'edgedigits: draw a digit',
  tagline: 'A neural network that reads digits, running in this page.',
  private: 'Nothing you draw leaves your device.',

  pad: 'Draw a digit',
  padLabel: 'Drawing pad',
  padHint: 'Mouse, finger or pen. With the keyboard: arrow keys move the pen, Space lifts and lowers it.',
  undo: 'Undo',
  clear: 'Clear',

  answer: 'Answer',
  waiting: 'Draw a digit, 0 to 9',
  sure: (probability) => `${share(probability)} sure`,
  second: (digit, probability) => `or ${digit}, ${share(probability)}`,
  spoken: (digit, probability) => `${digit}, ${share(probability)} sure`,
  notNumbers: 'The model answered something that is no number',
  cleared: 'The pad is empty.',
  probabilities: 'Probability of each digit',
  share,

  seen: 'What the model sees',
  seenLabel: (digit) => `The drawing, cropped, scaled and centred to 28 by 28 pixels; read as ${digit}`,
  seenNothing: 'Nothing drawn yet',
  seenHint: '28 × 28 grey levels: cropped to the ink, scaled, and centred by its mass.',

  facts: 'How it ran',
  time: 'Time per answer',
  timeUnknown: 'no answer yet',
  timeOf: (model, picture) => `${milliseconds(model)} (${milliseconds(picture)} for the picture)`,
  backend: 'Runs on',
  backendName: backend,
  model: 'Model',
  modelOf: (id, bytes, gzipBytes) => `${id}, ${size(bytes)}${gzipBytes ? ` (${size(gzipBytes)} compressed)` : ''}`,
  libraryOf: (version) => `, TensorFlow.js ${version}`,

  selfTest: 'Self-test',
  selfTestRunning: 'Comparing with the float model…',
  selfTestOf: (agreeing, total, largest) =>
    `${agreeing} of ${total} answers agree with the float model; the largest difference in probability is ${
      largest === 0 ? '0' : largest < 1e-4 ? largest.toExponential(1) : largest.toFixed(4)
    }.`,
  selfTestFailed: 'The answers of this browser are not the model’s.',

  loading: 'Loading the model…',
  fellBack: (failed, reason, used) => `${backend(failed)} does not work here (${reason}), so ${backend(used)} answers.`,
  noModelTitle: 'This page has no model yet',
  noModel: 'Write a complete copy of the page with a model of your own, and open it from any web server:',
  noModelCommands: ['edgedigits demo BUNDLE --out DIR', 'python -m http.server --directory DIR'],
  failedTitle: 'The model cannot be used',
  unreachable: (path, status) => `${path} cannot be fetched (${status})`,
  badPage: (path, why) => `${path} is not what this page understands: ${why}`,
  noBackend: (reasons) => `No backend works in this browser: ${reasons}`,
  otherBackend: (wanted, got) => `TensorFlow.js went on with ${got} instead of ${wanted}`,

  about: 'Made with edgedigits: it trains a digit classifier, turns it into the files that phones, browsers and microcontrollers run, and proves that their answers are still the float model’s.',
};
