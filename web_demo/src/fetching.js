// Files beside the page, fetched relative to it, whatever path it is served under; or inside it,
// when the whole page is one file.
import { strings } from './strings.js';

/** Elements that hold a file each: `data-path`, and `data-encoding` for what is no plain text. */
const embedded = new Map(
  Array.from(document.querySelectorAll('script[data-path]'), (element) => [element.dataset.path, element]),
);

/** Whether everything there is to fetch travels inside the page. */
export const isSingleFile = embedded.size > 0;

export class Unreachable extends Error {
  constructor(path, status) {
    super(strings.unreachable(path, status));
    this.status = status;
  }
}

/** The files that the HTML names already; they are unpacked while the page is put together. */
const early = new Map();
for (const link of document.querySelectorAll('link[rel=preload][as=fetch]')) {
  const path = link.getAttribute('href');
  early.set(path, begun(path));
  early.get(path).bytes.catch(() => {});
}

async function fetched(path) {
  if (isSingleFile) return unpacked(path);
  let response;
  try {
    response = await fetch(path);
  } catch (error) {
    throw new Unreachable(path, error.message);
  }
  if (!response.ok) throw new Unreachable(path, response.status);
  return response;
}

/** An embedded file as a response: text as it stands, or base64 of what gzip made of it. */
function unpacked(path) {
  const element = embedded.get(path);
  if (!element) throw new Unreachable(path, 404);
  const { encoding } = element.dataset;
  if (!encoding) return new Response(element.textContent);
  const bytes = Uint8Array.from(atob(element.textContent), (letter) => letter.charCodeAt(0));
  if (encoding === 'base64') return new Response(bytes);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')));
}

/** Calls `took(bytes)` for every part of a response that has come. */
function counted(response, took) {
  if (!response.body) return response;
  const count = new TransformStream({
    transform(part, following) {
      took(part.byteLength);
      following.enqueue(part);
    },
  });
  return new Response(response.body.pipeThrough(count));
}

export async function fetchJson(path, took) {
  const bytes = await fetchBytes(path, took);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new Error(strings.badPage(path, error.message));
  }
}

/** A file's bytes; those of a file whose name ends in .gz as they were before gzip. `took(bytes)` hears of every part. */
export function fetchBytes(path, took) {
  const file = early.get(path) ?? begun(path);
  early.delete(path);
  took?.(file.taken);
  file.took = took;
  return file.bytes;
}

/** A file on its way: the promise of its `bytes`, and how many have been `taken` before somebody hears of them. */
function begun(path) {
  const file = { taken: 0, took: (more) => (file.taken += more) };
  const read = async () => {
    const bytes = await counted(await fetched(path), (more) => file.took?.(more)).arrayBuffer();
    return path.endsWith('.gz') ? inflated(bytes) : bytes;
  };
  file.bytes = read();
  return file;
}

/** Many static hosts do not compress, so what is large lies there compressed; one may have inflated it already. */
async function inflated(bytes) {
  const [first, second] = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength));
  if (first !== 0x1f || second !== 0x8b) return bytes;
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
}
