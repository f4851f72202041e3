// A register that was kept for work without a network leaves the device with its trainer. Marks that wait have no
// names and stay, for this trainer alone, until they are sent.
async function forgetRegisters() {
  const names = (await caches.keys()).filter((name) => name.startsWith("register-"));
  await Promise.all(names.map((name) => caches.delete(name)));
  const workers = await navigator.serviceWorker.getRegistrations();
  await Promise.all(workers.map((worker) => worker.unregister()));
  Object.keys(localStorage).filter((key) => key.startsWith("register-seen-")).forEach((key) => localStorage.removeItem(key));
}

for (const form of document.querySelectorAll('form[action="/accounts/logout/"]')) {
  form.addEventListener("submit", (event) => {
    if (!("caches" in window && "serviceWorker" in navigator)) return;
    event.preventDefault();
    forgetRegisters().finally(() => form.submit());
  });
}

// The address of GOV.UK Frontend carries a hash in production, so the page says where it is.
const { govuk } = document.querySelector("script[data-govuk]").dataset;
try {
  const { initAll } = await import(govuk);
  initAll();
} catch (error) {
  document.body.classList.remove("govuk-frontend-supported");
  throw error;
}
