// Answers for the page when there is no network, from what offline.js has kept. While there is a network,
// every file comes from it, asked anew: what is kept is never older than the last visit, and never shown instead.

// Named alike in offline.js. The number changes with the way of keeping, not with the page's files.
const NAME = 'edgedigits-';
const { scope } = self.registration;
const CACHE = `${NAME}1 ${scope}`;

self.addEventListener('install', () => self.skipWaiting());

self.addEventListener('activate', (event) => event.waitUntil(Promise.all([removeOld(), self.clients.claim()])));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  // Other sites, other folders of this one, and what is no reading are none of our business.
  if (request.method !== 'GET' || !request.url.startsWith(scope)) return;
  if (request.cache === 'only-if-cached' && request.mode !== 'same-origin') return;
  event.respondWith(answer(event));
});

async function removeOld() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(NAME) && name.endsWith(` ${scope}`) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
}

async function answer(event) {
  const { request } = event;
  let response;
  try {
    response = await fetch(request, { cache: 'no-cache' });
  } catch (error) {
    const kept = await find(request);
    if (kept) return kept;
    throw error;
  }
  if (response.ok && response.type === 'basic') event.waitUntil(renew(request, response.clone()));
  return response;
}

/** What is kept gets the newest content; nothing is kept that the page did not ask to keep. */
async function renew(request, response) {
  const cache = await caches.open(CACHE);
  const place = placeOf(request);
  if (await cache.match(place, { ignoreVary: true })) await cache.put(place, response);
}

async function find(request) {
  const cache = await caches.open(CACHE);
  return cache.match(placeOf(request), { ignoreVary: true });
}

/** Where a request is kept: the page itself is one, whatever its query. */
function placeOf(request) {
  const { origin, pathname } = new URL(request.url);
  const path = origin + pathname;
  const isPage = request.mode === 'navigate' && (path === scope || path === `${scope}index.html`);
  return isPage ? scope : request.url;
}
