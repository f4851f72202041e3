// Shows the next code when it is due, without loading the page anew; without it the page refreshes itself.
const AGAIN = 3_000;

function later(seconds) {
  setTimeout(change, seconds ? seconds * 1000 : AGAIN);
}

async function change() {
  const shown = document.querySelector("[data-app-door]");
  try {
    const answer = await fetch(location.href, { cache: "no-store", redirect: "manual" });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.querySelector("[data-app-door]");
    shown.replaceWith(next);
    later(Number(next.dataset.seconds) || 30);
  } catch {
    later(0);
  }
}

later(Number(document.querySelector("[data-app-door]").dataset.seconds));
