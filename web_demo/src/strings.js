// Every English word of the page: translate this file and `lang` in index.html. Pages take this module alone as it is,
// so that its words can be changed without building anything.

// Not by Intl: making its formats takes longer than an answer, which would wait for it.
const percent = (probability) => `${(100 * probability).toFixed(1)}%`;
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

/** As they stand in the list: all but the first below their library’s name. */
const BACKENDS = {
  plain: 'WebAssembly (plain)',
  wasm: 'WebAssembly',
  webgl: 'WebGL',
  webgpu: 'WebGPU',
  cpu: 'plain JavaScript',
  litert: 'WebAssembly',
  'litert-webgpu': 'WebGPU',
};
/** The library that a backend is of, if any. */
const libraryOf = (name) => (name.startsWith('litert') ? 'LiteRT.js' : name === 'plain' ? '' : 'TensorFlow.js');
const backendName = (name) => {
  if (!(name in BACKENDS)) return name;
  return libraryOf(name) ? `${libraryOf(name)} (${BACKENDS[name]})` : BACKENDS[name];
};

/** Probabilities that round to 0 or 100 % without being so are shown as bounds. */
const share = (probability) => {
  if (probability > 0 && probability < 0.0005) return '<0.1%';
  if (probability < 1 && probability > 0.9995) return '>99.9%';
  return percent(probability);
};

const size = (bytes) =>
  bytes < 1e6 ? `${Math.round(bytes / 1000)} KB` : `${megabytes(bytes)} MB`;

const milliseconds = (ms) => (ms < 0.1 ? 'under 0.1 ms' : `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`);

const difference = (value) => (value === 0 ? '0' : value < 1e-4 ? value.toExponential(1) : value.toFixed(4));

const spoken = (digit, probability) => `${digit}, ${share(probability)} sure`;
const spokenUnsure = (digit, probability) => `${digit}, unsure, ${share(probability)}`;

const about =
  'Made with edgedigits: it turns an image classifier into the files that phones, browsers and microcontrollers run, and proves that their answers are still the float model’s.';

/** What is said where the ten digits are read. */
const digits = {
  title: 'edgedigits: draw a digit',
  tagline: 'A neural network that reads digits, running in this page.',
  private: 'Nothing you draw or show leaves your device.',
  pad: 'Draw a digit, or several',
  padHint:
    'Mouse, finger or pen, or drop a picture. With the keyboard: arrow keys move the pen, Space lifts and lowers it.',
  waiting: 'Draw a digit, 0 to 9',
  spokenDigits: (lines) => `${lines.flat().length} digits: ${lines.map((line) => line.join(' ')).join(', next line: ')}`,
  digitsFound: 'Digits found; choose one to see its probabilities',
  notDigit: 'Not a digit',
  noDigitInPicture: 'No digit found in this picture',
  cleared: 'The pad is empty.',
  probabilities: 'Probability of each digit',
  seenLabel: (digit) => `The ink, cropped, scaled and centred to 28 by 28 pixels; read as ${digit}`,
  seenNothing: 'Nothing drawn yet',
  seenHint: '28 × 28 grey levels: cropped to the ink, scaled, and centred by its mass.',
  about: 'Made with edgedigits: it trains a digit classifier, turns it into the files that phones, browsers and microcontrollers run, and proves that their answers are still the float model’s.',
};

/** What is said otherwise where other signs are drawn. */
const signs = {
  ...digits,
  title: 'edgedigits: draw a sign',
  tagline: 'A neural network that reads handwriting, running in this page.',
  pad: 'Draw a sign, or several',
  waiting: 'Draw a sign',
  spokenDigits: (lines) => `${lines.flat().length} signs: ${lines.map((line) => line.join(' ')).join(', next line: ')}`,
  digitsFound: 'Signs found; choose one to see its probabilities',
  notDigit: 'Not a sign',
  noDigitInPicture: 'No sign found in this picture',
  probabilities: 'Probabilities of the likeliest signs',
  about,
};

/** What is said otherwise where a model takes any pictures. */
const pictures = {
  ...digits,
  title: 'edgedigits: show a picture',
  tagline: 'A neural network that tells pictures apart, running in this page.',
  private: 'Nothing you show leaves your device.',
  pad: 'Picture',
  padHint: 'Choose a picture, drop one anywhere on this page, or paste one.',
  waiting: 'Choose a picture',
  cleared: 'There is no picture.',
  probabilities: 'Probabilities of the likeliest classes',
  seenLabel: (label) => `The picture as the model takes it; read as ${label}`,
  seenNothing: 'No picture yet',
  seenHint: '',
  about,
};

/** How a picture comes to the shape that a model takes. */
const FITS = {
  stretch: 'the whole picture, stretched to this shape',
  crop: 'the middle of the picture',
  pad: 'the whole picture, between bars where it is too narrow or too low',
};

export const strings = {
  ...digits,
  kinds: { digits, signs, pictures },

  padLabel: 'Drawing pad',
  undo: 'Undo',
  clear: 'Clear',
  choose: 'Picture',
  chooseLabel: 'Picture: choose a file',
  paste: 'Paste',
  pasteLabel: 'Paste a picture',
  camera: 'Camera',
  photoLabel: 'The picture that is read',
  cameraLabel: 'What the camera sees',
  take: 'Take picture',
  leave: 'Cancel',
  dropHere: 'Drop the picture here',
  emptyHere: 'A picture goes here',

  opening: 'Opening the picture…',
  notPicture: (name) => `${name ?? 'This file'} is no picture that this browser can open.`,
  nothingToPaste: 'There is no picture in the clipboard.',
  noClipboard: (reason) => `The clipboard cannot be read here (${reason}); Ctrl-V may work.`,
  noCamera: (reason) => `The camera cannot be used (${reason}).`,

  answer: 'Answer',
  loadingModel: 'Loading the model…',
  sure: (probability) => `${share(probability)} sure`,
  second: (digit, probability) => `or ${digit}, ${share(probability)}`,
  spoken,
  unsure: (probability) => `Unsure, ${share(probability)}`,
  spokenUnsure,
  share,
  dash: '–',
  guess: (digit) => `${digit}?`,
  nearest: (digit, probability) => `nearest is ${digit}, ${share(probability)}`,
  notNumbers: 'The model answered something that is no number',

  seen: 'What the model sees',
  seenAs: ({ size: [height, width], channels, fit }) =>
    `${width} × ${height} in ${channels === 1 ? 'grey' : 'colour'}: ${FITS[fit]}.`,

  facts: 'How it ran',
  time: 'Time per answer',
  timeUnknown: 'no answer yet',
  timeOf: (model, picture) => `${milliseconds(model)} + ${milliseconds(picture)} for the picture`,
  backend: 'Runs on',
  backends: BACKENDS,
  backendName,
  libraryOf,
  model: 'Model',
  modelOf: ({ scheme, size_bytes: bytes, gzip_bytes: gzipBytes }) =>
    `${scheme}, ${size(bytes)}${gzipBytes ? ` (${size(gzipBytes)} gzip)` : ''}`,

  selfTest: 'Self-test',
  selfTestRunning: 'Comparing with the float model…',
  selfTestOf: (agreeing, total, largest) =>
    `${agreeing} of ${total} answers agree with the float model; largest difference ${difference(largest)}.`,
  selfTestFailed: 'its answers are not the model’s',

  loading: (model, backend) => `Loading ${model} for ${backend}…`,
  loadProgress: 'Loading the model',
  loaded: (bytes, total) => `${megabytes(bytes)} of ${megabytes(total)} MB`,
  fellBack: (failed, reason, used) =>
    `${backendName(failed)} does not work here (${reason}), so ${backendName(used)} answers.`,
  goesOn: (error, backend, model) => `${error}. ${model} on ${backend} goes on answering.`,
  notOffered: (what) => `There is no ${what} here.`,
  noModelTitle: 'This page has no model yet',
  noModel: 'Write a complete copy of the page with a model of your own, and open it from any web server:',
  noModelCommands: ['edgedigits demo BUNDLE --out DIR', 'python -m http.server --directory DIR'],
  failedTitle: 'The model cannot be used',
  unreachable: (path, status) => `${path} cannot be fetched (${status})`,
  badGolden: 'its pictures or answers are not of the model',
  badPage: (path, why) => `${path} is not what this page understands: ${why}`,
  noBackend: (reasons) => `No backend can run this model (${reasons})`,
  otherPicture: 'it takes another picture',
  lacks: (what) => `it has no ${what}`,
  notOnWebgpu: (refused) => `${refused ?? 'it does not run'} on WebGPU`,
  lostDevice: 'the graphics device was lost',
  otherBackend: (wanted, got) => `TensorFlow.js went on with ${got} instead of ${wanted}`,

  longer: 'Longer test…',
  longerTitle: 'Longer test',
  longerHint:
    'Every model of this page answers the pictures that travel with it, on every backend that this browser offers, and is compared with the float model.',
  cannotTest: (reason) => `The test cannot run (${reason}).`,
  testing: (backend, model) => `${model} on ${backend}…`,
  tested: (passed, total) => `${passed} of ${total} passed.`,
  testProgress: 'Progress of the test',
  runs: 'Runs on',
  agreement: 'Agree',
  largest: 'Largest difference',
  median: 'Median',
  p95: '95th percentile',
  failed: (reason) => `failed: ${reason}`,
  milliseconds,
  difference,
  save: 'Save as JSON',
  close: 'Close',
};
