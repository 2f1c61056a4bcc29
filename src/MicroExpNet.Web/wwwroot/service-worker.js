// Keeps the whole page in the browser, so that it opens without a network. A new version is fetched beside the old one and serves once no
// tab shows the old one.
self.importScripts('./service-worker-assets.js');

const { version, assets } = self.assetsManifest;

// Copies of the page under other paths of the origin have caches of their own. A path has no spaces.
const prefix = `microexpnet ${new URL(registration.scope).pathname} `, cacheName = prefix + version;
const isServed = url => !/^(package\.json|README\.md|LICENSE|microexpnet\.d\.ts|service-worker.*)$|\.(br|gz)$/.test(url);

// Other pages of the origin are not this page's to answer.
const pages = ['./', 'index.html'].map(name => new URL(name, registration.scope).pathname);
const isPage = url => pages.includes(new URL(url).pathname);

self.addEventListener('install', event => event.waitUntil((async () => {
  const cache = await caches.open(cacheName);
  await Promise.all(assets.filter(({ url }) => isServed(url)).map(async ({ url, hash }) => {
    const answer = await fetch(new Request(url, { integrity: hash, cache: 'no-cache' }));
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);

    // Some hosts redirect index.html to its folder. A navigation may not be answered with what came by a redirection.
    await cache.put(url, answer.redirected ? new Response(answer.body, { headers: answer.headers }) : answer);
  }));
})()));

self.addEventListener('activate', event => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== cacheName && await isOwn(name)) await caches.delete(name);
})()));

// Version 1.0.0 did not name the path: what its caches hold tells.
async function isOwn(name) {
  return name.startsWith(prefix) || name.startsWith('microexpnet-') && Boolean(await caches.match('index.html', { cacheName: name }));
}

self.addEventListener('fetch', event => {
  if (event.request.method === 'GET' && new URL(event.request.url).origin === location.origin) event.respondWith(answer(event.request));
});

async function answer(request) {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(isPage(request.url) ? 'index.html' : request, { ignoreSearch: true });
  return kept ?? fetch(request);
}
