// Counts the ticked sentences while they are ticked; without it the page says how many were when it opened.
const text = document.querySelector("[data-app-signs]");
const count = document.querySelector("[data-app-signs-count]");
const ticks = [...text.querySelectorAll("input")];

function say() {
  const ticked = ticks.filter((tick) => tick.checked).length;
  count.textContent = `${ticked} of ${ticks.length} sentences ticked.`;
}

text.addEventListener("change", say);
say();
