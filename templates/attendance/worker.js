// Keeps one register at hand without a network: its page and the files it is drawn with, and nothing else.
const { page, files, prefix, cache, until } = {{ facts|safe }};
const PATIENCE = 5_000;
const KEPT_AFTER_THE_END = 24 * 60 * 60 * 1000;

async function forget() {
  const names = (await caches.keys()).filter((name) => name.startsWith(prefix));
  await Promise.all(names.map((name) => caches.delete(name)));
}

async function keep(address, answer) {
  await (await caches.open(cache)).put(address, answer);
}

async function fill() {
  const store = await caches.open(cache);
  await Promise.allSettled(files.map((name) => store.add(name))); // without one of them the page still works
  const answer = await fetch(page, { redirect: "manual" });
  if (answer.ok) await store.put(page, answer);
}

async function tidy() {
  const names = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== cache);
  await Promise.all(names.map((name) => caches.delete(name)));
  await self.clients.claim();
}

// The network first; without it, or when it only seems to be there, what was kept.
async function open(request) {
  if (Date.now() > until + KEPT_AFTER_THE_END) {
    await forget();
    return fetch(request);
  }
  const kept = await (await caches.open(cache)).match(page);
  const asked = fetch(request).then(async (answer) => {
    if (answer.ok) await keep(page, answer.clone());
    // Logged out, or not theirs any more: nothing of it stays on the device.
    else if (answer.type === "opaqueredirect" || answer.status < 500) await forget();
    return answer;
  });
  if (!kept) return asked;
  const waited = new Promise((resolve) => setTimeout(resolve, PATIENCE, kept));
  return Promise.race([asked.then((answer) => (answer.status < 500 ? answer : kept)), waited]).catch(() => kept);
}

async function file(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok) await keep(request.url, answer.clone());
    return answer;
  } catch (error) {
    const kept = await (await caches.open(cache)).match(request.url);
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(fill());
});
self.addEventListener("activate", (event) => event.waitUntil(tidy()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate" && address.pathname === page) event.respondWith(open(request));
  else if (files.includes(address.pathname)) event.respondWith(file(request));
});
