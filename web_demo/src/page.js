// What model/page.json says of the models beside the page, looked through so that nothing else has to doubt it.
import { fetchJson } from './fetching.js';
import { strings } from './strings.js';

export const FOLDER = 'model/';
const PAGE = `${FOLDER}page.json`;
const SCHEMA_VERSION = 5;
const DIGIT_FIT = 'digit';
const FITS = [DIGIT_FIT, 'stretch', 'crop', 'pad'];
export const DIGITS = Array.from('0123456789');

/** What model/page.json says: {models, input, output, labels, golden, self_test, self_test_bytes, reject}, and more. */
export async function readPage() {
  const page = await fetchJson(PAGE);
  const refuse = (why) => {
    throw new Error(strings.badPage(PAGE, why));
  };
  if (page.schema_version !== SCHEMA_VERSION) refuse(`schema_version ${page.schema_version}`);
  if (!page.models?.length) refuse('models');
  if (!areNames(page.labels)) refuse('labels');
  if (!page.input || !isPicture(page.input) || !hasValues(page.input)) refuse('input');
  return page;
}

/** What the page is for: "digits", other "signs" that are drawn like them, or any "pictures". */
export function kindOf({ input, labels }) {
  if (input.fit !== DIGIT_FIT) return 'pictures';
  return labels.length === DIGITS.length && DIGITS.every((digit) => labels.includes(digit)) ? 'digits' : 'signs';
}

function areNames(labels) {
  const isName = (label) => typeof label === 'string' && label !== '';
  return Array.isArray(labels) && labels.length >= 2 && labels.every(isName) && new Set(labels).size === labels.length;
}

function isPicture({ size, channels, fit, shape }) {
  const areSides = (sides) => Array.isArray(sides) && sides.every((side) => Number.isInteger(side) && side >= 1);
  const product = (sides) => sides.reduce((all, side) => all * side, 1);
  if (!areSides(size) || size.length !== 2 || !areSides(shape) || ![1, 3].includes(channels)) return false;
  return FITS.includes(fit) && product(shape) === product(size) * channels;
}

function hasValues({ channels, range, mean, std, order, layout }) {
  const areNumbers = (list, count) => Array.isArray(list) && list.length === count && list.every(Number.isFinite);
  const areEach = (list) => list === null || areNumbers(list, channels);
  if (!areNumbers(range, 2) || range[0] === range[1] || !areEach(mean) || !areEach(std)) return false;
  const isOrdered = channels === 1 ? order === null : ['RGB', 'BGR'].includes(order);
  return !std?.some((each) => each <= 0) && isOrdered && ['channels first', 'channels last'].includes(layout);
}
