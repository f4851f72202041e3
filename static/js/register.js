// The register on a phone: each touch is a mark with a name of its own, kept on the phone until the server has it.
// Without this script the form does the same with its button.
const form = document.querySelector("[data-app-register]");
const { session, user, marks: marksUrl, state: stateUrl, worker: workerUrl } = form.dataset;
const stateLine = form.querySelector("[data-app-register-state]");
const countLine = form.querySelector("[data-app-register-count]");
const rows = new Map([...form.querySelectorAll("[data-person]")].map((row) => [row.dataset.person, row]));
const QUEUE = `register-marks-${session}-${user}`;
const SEEN = `register-seen-${session}-${user}`;
const RETRY = 5_000;
const POLL = 15_000;

// --- What waits on this phone ----------------------------------------------------------------------

let inMemory = {}; // A browser that keeps nothing still works while the page is open.

function load(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return inMemory[key] ?? null;
  }
}

function keep(key, value) {
  inMemory[key] = value;
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // As above.
  }
}

const queue = () => load(QUEUE) ?? [];

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// --- The page ----------------------------------------------------------------------------------------

const radios = (row) => [...row.querySelectorAll("input[type=radio]")];
const missedOf = (row) => row.querySelector(".app-register__missed input");
const statusOf = (row) => radios(row).find((radio) => radio.checked)?.value ?? "";
const isInPart = (status) => status === "late" || status === "left";

function say(words) {
  if (stateLine.textContent !== words) stateLine.textContent = words;
}

function tell(row, words) {
  const line = row.querySelector("[data-conflict]");
  line.textContent = words;
  line.hidden = !words;
}

function show(row, { status, missed, said }) {
  for (const radio of radios(row)) radio.checked = radio.value === status;
  const box = missedOf(row);
  if (document.activeElement !== box) box.value = isInPart(status) && missed !== null ? missed : "";
  row.querySelector("[data-said]").textContent = said;
}

function count() {
  const marked = [...rows.values()].filter(statusOf).length;
  countLine.textContent = `${marked} of ${rows.size} marked.`;
}

const LISTS = "The list of people has changed. Load this page again to see everybody.";

// What the server says, except where a mark of ours is still on its way.
function take(standing) {
  keep(SEEN, { at: standing.at, time: standing.time, rows: standing.rows });
  const waiting = new Set(queue().map((mark) => mark.person));
  for (const [person, row] of rows) {
    const now = standing.rows[person];
    if (now && !waiting.has(person)) show(row, now);
  }
  const isSame = Object.keys(standing.rows).length === rows.size && Object.keys(standing.rows).every((p) => rows.has(p));
  form.querySelector("[data-app-register-changed]")?.remove();
  if (!isSame) {
    const line = Object.assign(document.createElement("p"), { className: "govuk-inset-text", textContent: LISTS });
    line.dataset.appRegisterChanged = "";
    countLine.parentElement.after(line);
  }
  count();
}

function showWaiting() {
  for (const mark of queue()) {
    const row = rows.get(mark.person);
    if (row) show(row, { status: mark.status, missed: mark.missed, said: "Waits on this phone" });
  }
  count();
}

const marksWait = (number) => (number === 1 ? "1 mark waits" : `${number} marks wait`);

// --- Sending -------------------------------------------------------------------------------------------

class LoggedOut extends Error {}
class Refused extends Error {}

async function ask(address, options = {}) {
  const answer = await fetch(address, { redirect: "manual", cache: "no-store", ...options });
  if (answer.type === "opaqueredirect" || answer.status === 401) throw new LoggedOut();
  if (answer.status === 404) throw new Refused();
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.json();
}

let token = "";
let isSending = false;
let isOver = false;
let retry;

// The page may be days old: what it was sent with is out of date, so every sync begins with a fresh token.
async function send() {
  clearTimeout(retry);
  if (isSending || isOver) return;
  isSending = true;
  try {
    while (queue().length) {
      const batch = queue().slice(0, 200);
      if (!token) ({ csrf: token } = await ask(stateUrl));
      const body = JSON.stringify({ sent_at: Date.now(), marks: batch });
      const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
      const answer = await ask(marksUrl, { method: "POST", headers, body });
      settle(batch, answer);
    }
  } catch (error) {
    fail(error);
  } finally {
    isSending = false;
  }
}

function settle(batch, answer) {
  const gone = new Set(answer.answers.map((one) => one.mark_id));
  keep(QUEUE, queue().filter((mark) => !gone.has(mark.mark_id)));
  const people = new Map(batch.map((mark) => [mark.mark_id, mark.person]));
  take(answer);
  for (const { mark_id: id, words } of answer.answers) {
    const row = rows.get(people.get(id));
    if (row) tell(row, words);
  }
  if (!queue().length) say(`Saved at ${answer.time}`);
}

function fail(error) {
  token = "";
  const waiting = queue().length;
  if (error instanceof LoggedOut || error instanceof Refused) {
    isOver = true;
    forget();
    const left = waiting ? ` ${marksWait(waiting)} on this phone until then.` : "";
    say(error instanceof LoggedOut ? `You are logged out. Log in and open the register again.${left}` : "This register is no longer yours.");
    return;
  }
  if (waiting) say(`Not connected: ${marksWait(waiting)} on this phone`);
  else say("Not connected: marks will wait on this phone");
  retry = setTimeout(send, RETRY);
}

// --- Touching ------------------------------------------------------------------------------------------

function touch(row, missed = null) {
  const status = statusOf(row);
  if (!status) return;
  const mark = { mark_id: newId(), person: row.dataset.person, status, missed: isInPart(status) ? missed : 0, touched_at: Date.now() };
  keep(QUEUE, [...queue(), mark]);
  tell(row, "");
  row.querySelector("[data-said]").textContent = "Waits on this phone";
  if (missed === null) missedOf(row).value = "";
}

function saveSoon() {
  if (navigator.onLine) say("Saving…");
  count();
  send();
}

form.addEventListener("change", (event) => {
  const row = event.target.closest("[data-person]");
  if (!row) return;
  if (event.target.type === "radio") {
    touch(row);
  } else {
    const minutes = event.target.value.trim();
    if (!isInPart(statusOf(row))) return;
    if (minutes && !/^\d{1,4}$/.test(minutes)) {
      tell(row, "Minutes missed must be a whole number.");
      return;
    }
    touch(row, minutes ? Number(minutes) : null);
  }
  saveSoon();
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.submitter?.value === "everyone") {
    for (const row of rows.values()) {
      if (statusOf(row)) continue;
      radios(row)[0].checked = true;
      touch(row);
    }
  }
  if (queue().length) saveSoon();
  else look();
});

// --- The other trainer, and the network ------------------------------------------------------------------

// Reads what stands; on the button it also says so.
async function look(isQuiet = false) {
  if (isSending || isOver) return;
  try {
    const answer = await ask(stateUrl);
    token = answer.csrf;
    take(answer);
    if (!isQuiet) say(`Saved at ${answer.time}`);
  } catch (error) {
    fail(error);
  }
}

setInterval(() => document.visibilityState === "visible" && !queue().length && look(true), POLL);
addEventListener("online", () => (queue().length ? send() : look()));
addEventListener("offline", () => fail(new Error("offline")));
addEventListener("pageshow", (event) => event.persisted && (queue().length ? send() : look(true)));

// --- Keeping the page ------------------------------------------------------------------------------------

async function forget() {
  if (!("caches" in window)) return;
  const names = (await caches.keys()).filter((name) => name.startsWith(`register-${session}-`));
  await Promise.all(names.map((name) => caches.delete(name)));
  const registration = await navigator.serviceWorker?.getRegistration(location.pathname);
  await registration?.unregister();
  localStorage.removeItem(SEEN);
}

navigator.serviceWorker?.register(workerUrl, { scope: location.pathname }).catch(() => {
  // An old browser or a private window: the page works while it stays open.
});

// The page may come from what was kept: what the phone has seen since is newer.
const seen = load(SEEN);
if (seen && seen.at > Number(form.dataset.now)) take(seen);
showWaiting();
if (queue().length) send();
else if (!navigator.onLine) fail(new Error("offline"));
