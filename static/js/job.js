// Keeps the progress of a long piece of work up to date without reloading the page.
const WAIT = 2000;

async function refresh() {
  const here = document.getElementById("job");
  if (!here?.dataset.refresh) return;
  try {
    const answer = await fetch(here.dataset.refresh, { credentials: "same-origin" });
    if (answer.ok && !answer.redirected) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("job");
      const focused = document.activeElement?.closest("form")?.getAttribute("action");
      if (fresh) here.replaceWith(fresh);
      if (focused) document.querySelector(`form[action="${focused}"] button`)?.focus();
    }
  } finally {
    setTimeout(refresh, WAIT);
  }
}

setTimeout(refresh, WAIT);
