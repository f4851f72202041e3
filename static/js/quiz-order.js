// Moves an item at once where a press of the button would otherwise ask the server for the page in the new order.
const list = document.querySelector("[data-app-order]");
const said = document.querySelector("[data-app-order-said]");

const items = () => [...list.children];
const wordsOf = (item) => item.querySelector(".app-order__text").textContent.trim() || item.querySelector("img")?.alt;

function renumber() {
  const all = items();
  all.forEach((item, index) => {
    item.querySelector("select").value = String(index + 1);
    const [up, down] = item.querySelectorAll("button");
    up.hidden = index === 0;
    down.hidden = index === all.length - 1;
    for (const button of [up, down]) {
      button.lastElementChild.textContent = `: ${wordsOf(item)}, now number ${index + 1}`;
    }
  });
}

function place(item, index) {
  const others = items().filter((other) => other !== item);
  list.insertBefore(item, others[index] ?? null);
  renumber();
  said.textContent = `“${wordsOf(item)}” is now number ${index + 1} of ${others.length + 1}.`;
}

list.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  event.preventDefault();
  const item = button.closest("li");
  const index = items().indexOf(item) + (button.value.startsWith("up") ? -1 : 1);
  place(item, index);
  (button.hidden ? item.querySelector("button:not([hidden])") : button).focus();
});

list.addEventListener("change", (event) => {
  const item = event.target.closest("li");
  place(item, Number(event.target.value) - 1);
  event.target.focus();
});
