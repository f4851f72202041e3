// Runs before the first paint: the menu and the other components are laid out as they will be, so nothing jumps.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
// A script lost on a poor connection: go back to the page that works without it.
window.addEventListener(
  "error",
  (event) => event.target instanceof HTMLScriptElement && document.body.classList.remove("govuk-frontend-supported"),
  true,
);
