// Keeps what a visit used, so that the page opens again without a network; sw.js answers then.
import { isSingleFile } from './fetching.js';

// Named alike in sw.js.
const CACHE = `edgedigits-1 ${new URL('./', document.baseURI)}`;
/** What no visit used for so long belongs to a version of the page that is no more. */
const KEPT_MS = 30 * 24 * 3600 * 1000;

/**
 * Sets the page up for visits without a network. To be called when nothing that is needed at once travels any more;
 * `spare()`, where there is one, fetches what answers where the backend of today fails.
 *
 * Resolves to whether it could: not from a file, not over plain http, not where a browser keeps nothing. Then
 * everything is in its place, and `data-offline` of the root element says "kept".
 */
export async function keepOffline(spare) {
  if (isSingleFile || !/^https?:$/.test(location.protocol) || !window.isSecureContext) return false;
  try {
    // Some browsers throw where a page may not keep anything.
    if (!navigator.serviceWorker || !window.caches) return false;
    await rest();
    await spare?.();
    await keepVisit();
    // Last of all: where there is a worker, there is all that it needs.
    await navigator.serviceWorker.register('sw.js', { updateViaCache: 'none' });
    await navigator.serviceWorker.ready;
  } catch (error) {
    console.info('edgedigits: this page will need the network.', error);
    return false;
  }
  document.documentElement.dataset.offline = 'kept';
  return true;
}

/** Until the page is loaded and the browser has nothing better to do. */
async function rest() {
  if (document.readyState !== 'complete') await new Promise((done) => addEventListener('load', done, { once: true }));
  await new Promise((done) => (window.requestIdleCallback ?? setTimeout)(done));
}

async function keepVisit() {
  const cache = await caches.open(CACHE);
  const icons = Array.from(document.querySelectorAll('link[rel~=icon], link[rel=manifest]'), ({ href }) => href);
  const used = performance.getEntriesByType('resource').map(({ name }) => name);
  const wanted = new Set([new URL('./', document.baseURI).href, ...icons, ...used].filter(isOurs));
  await keep(cache, wanted);
  await forgetOld(cache, wanted);
  // Another model or backend that is chosen later is wanted again the next time.
  const observer = new PerformanceObserver((list) => {
    const names = list.getEntries().map(({ name }) => name);
    keep(cache, names.filter((name) => isOurs(name) && !wanted.has(name) && wanted.add(name)));
  });
  observer.observe({ type: 'resource' });
}

/**
 * Puts files into the cache, as the visit got them: what the browser still holds does not travel again. What cannot be
 * had now, the page can do without.
 */
async function keep(cache, addresses) {
  const kept = async (address) => {
    const response = await fetch(address, { cache: 'force-cache' });
    if (response.ok) await cache.put(address, response);
  };
  await Promise.allSettled(Array.from(addresses, kept));
}

async function forgetOld(cache, wanted) {
  const oldest = Date.now() - KEPT_MS;
  for (const request of await cache.keys()) {
    if (wanted.has(request.url)) continue;
    const response = await cache.match(request, { ignoreVary: true });
    if (Date.parse(response?.headers.get('date')) < oldest) await cache.delete(request);
  }
}

function isOurs(address) {
  const { href, pathname } = new URL(address);
  return href.startsWith(new URL('./', document.baseURI).href) && !pathname.endsWith('/sw.js');
}
