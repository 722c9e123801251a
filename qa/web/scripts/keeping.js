// Conversations are kept in this browser and nowhere else; the one open in this tab is found again on a reload.

const KEY = "conversations";
const MOST = 100;
const ARMED_MS = 5000;
const nav = element.querySelector("nav");
const list = element.querySelector("ul");
const row = element.querySelector("template").content.firstElementChild;
const frame = document.querySelector("#desk");
const toggle = document.querySelector("#toggle");
let current = sessionStorage.getItem("conversation");

function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.filter((one) => one && one.id && Array.isArray(one.turns)) : [];
  } catch {
    return [];
  }
}

function keep(conversations) {
  const fitting = conversations.slice(0, MOST);
  while (fitting.length) {
    try {
      localStorage.setItem(KEY, JSON.stringify(fitting));
      break;
    } catch {
      fitting.pop(); // the browser's share is full: the oldest goes
    }
  }
  if (!fitting.length) localStorage.removeItem(KEY);
  draw();
}

function choose(id) {
  current = id;
  if (id) sessionStorage.setItem("conversation", id);
  else sessionStorage.removeItem("conversation");
}

function talked() {
  const turns = [...document.querySelectorAll("#log .turn")].map((turn) => JSON.parse(turn.dataset.record));
  if (!turns.length) {
    choose(null);
    return draw();
  }
  const before = kept();
  // The server forgets a tab that was silent for long; what begins anew there is another conversation.
  // What another tab has added stays; where the two differ, this tab's is another conversation from here on.
  const isSame = (turn, place) => !turns[place] || turns[place].question === turn.question;
  const known = before.find((one) => one.id === current && one.turns.every(isSame));
  if (!known) choose(crypto.randomUUID?.() ?? String(Math.random()));
  const added = known?.turns.slice(turns.length) ?? [];
  const conversation = { name: turns[0].question, ...known, id: current, turns: [...turns, ...added] };
  keep([conversation, ...before.filter((one) => one !== known)]);
}

function open(id) {
  const found = kept().find((one) => one.id === id);
  if (!found) return;
  choose(id);
  document.dispatchEvent(new CustomEvent("restore", { detail: found.turns }));
}

function rename(item, conversation) {
  if (!item.querySelector(".open")) return;
  const field = document.createElement("input");
  field.value = conversation.name;
  field.maxLength = 200;
  field.setAttribute("aria-label", nav.dataset.newName);
  item.querySelector(".open").replaceWith(field);
  field.select();
  let done = false;
  const finish = (name) => {
    if (done) return;
    done = true;
    field.remove();
    keep(kept().map((one) => (one.id === conversation.id && name ? { ...one, name } : one)));
    list.querySelector(`[data-id="${CSS.escape(conversation.id)}"] .rename`)?.focus();
  };
  field.addEventListener("blur", () => finish(field.value.trim()));
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault(); // an Enter would press the button that gets the focus
    finish(event.key === "Enter" ? field.value.trim() : "");
  });
}

function arm(button, conversation, isArmed) {
  const said = isArmed ? nav.dataset.reallyDelete : "";
  button.classList.toggle("sure", isArmed);
  button.textContent = said;
  button.setAttribute("aria-label", `${said || `${nav.dataset.delete}:`} ${conversation.name}`);
}

function remove(button, conversation) {
  if (!button.classList.contains("sure")) {
    arm(button, conversation, true);
    button.onblur = () => arm(button, conversation, false);
    setTimeout(button.onblur, ARMED_MS);
    return;
  }
  keep(kept().filter((one) => one.id !== conversation.id));
  if (conversation.id === current) document.dispatchEvent(new CustomEvent("restore", { detail: [] }));
  (list.querySelector(".open") ?? toggle).focus();
}

function draw() {
  if (list.querySelector("input")) return; // a name is being typed
  list.replaceChildren(
    ...kept().map((conversation) => {
      const item = row.cloneNode(true);
      item.dataset.id = conversation.id;
      const [opens, renames, deletes] = item.children;
      opens.textContent = conversation.name;
      opens.title = conversation.name;
      if (conversation.id === current) opens.setAttribute("aria-current", "true");
      renames.setAttribute("aria-label", `${nav.dataset.rename}: ${conversation.name}`);
      arm(deletes, conversation, false);
      opens.addEventListener("click", () => open(conversation.id));
      renames.addEventListener("click", () => rename(item, conversation));
      deletes.addEventListener("click", () => remove(deletes, conversation));
      return item;
    }),
  );
}

function showList(shown) {
  frame.dataset.shelf = shown ? "open" : "closed";
  toggle.setAttribute("aria-expanded", String(shown));
}

const isNarrow = () => matchMedia("(max-width: 1099px)").matches;
toggle.addEventListener("click", () => showList(frame.dataset.shelf !== "open"));
document.addEventListener("click", (event) => {
  const outside = !element.contains(event.target) && event.target !== toggle && event.target.isConnected;
  if (isNarrow() && (outside || event.target.closest?.("#shelf .open"))) showList(false);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !isNarrow() || frame.dataset.shelf !== "open" || event.defaultPrevented) return;
  event.preventDefault();
  showList(false);
  toggle.focus();
});
matchMedia("(max-width: 1099px)").addEventListener("change", (event) => event.matches && showList(false));
document.addEventListener("talked", talked);
addEventListener("storage", draw);

showList(!isNarrow() && kept().length > 0);
draw();
if (new URLSearchParams(location.search).get("q")) choose(null);
else if (current) setTimeout(() => open(current));
