// Counts down what is left. The server alone decides when time is up; its own clock is on the page, so a wrong
// clock on this device changes nothing.
const MINUTE = 60_000;
const LONGEST = 12 * 60 * MINUTE;
const WARNINGS = [5, 1];
const KEY = "hide-time-left";

const clock = document.querySelector("[data-app-clock]");
const total = new Date(clock.dataset.until) - new Date(clock.dataset.now);
const opened = performance.now();
const left = () => total - (performance.now() - opened);

const shown = Object.assign(document.createElement("p"), { className: "app-clock__left" });
const said = Object.assign(document.createElement("p"), { className: "govuk-visually-hidden" });
const button = Object.assign(document.createElement("button"), { type: "button", className: "app-clock__button" });
said.setAttribute("role", "status");

const minutes = (number) => (number === 1 ? "1 minute" : `${number} minutes`);

function inWords(milliseconds) {
  if (milliseconds <= 0) return "Time is up.";
  if (milliseconds < MINUTE) return "Less than 1 minute left.";
  const whole = Math.floor(milliseconds / MINUTE);
  const hours = Math.floor(whole / 60);
  if (!hours) return `${minutes(whole)} left.`;
  return `${hours === 1 ? "1 hour" : `${hours} hours`} ${minutes(whole % 60)} left.`;
}

function hide(isHidden) {
  shown.hidden = isHidden;
  button.textContent = isHidden ? "Show the time left" : "Hide the time left";
  try {
    sessionStorage.setItem(KEY, isHidden ? "yes" : "");
  } catch {
    // A browser that keeps nothing asks again on the next page.
  }
}

// What was entered and not saved is sent when time is up: the server still takes it for some seconds.
const form = document.querySelector("[data-app-question]");
let isChanged = false;
form?.addEventListener("input", () => (isChanged = true));

const warnings = WARNINGS.filter((number) => left() > number * MINUTE);

function tick() {
  const now = left();
  shown.textContent = inWords(now);
  if (warnings.length && now <= warnings[0] * MINUTE) {
    said.textContent = `${minutes(warnings.shift())} left.`;
  }
  if (now <= 0) {
    said.textContent = "Time is up.";
    shown.hidden = false;
    if (isChanged) form.requestSubmit();
    return;
  }
  setTimeout(tick, 1000);
}

if (total < LONGEST) {
  clock.append(shown, said, button);
  button.addEventListener("click", () => hide(!shown.hidden));
  let isHidden = false;
  try {
    isHidden = sessionStorage.getItem(KEY) === "yes";
  } catch {
    // As above.
  }
  hide(isHidden);
  tick();
}
