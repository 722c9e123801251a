// The conversation: what can be done with an answer, and its question kept in view while it grows.

const record = (button) => JSON.parse(button.closest(".turn").dataset.record);
const markdown = (button) => button.closest(".actions").dataset.markdown;
const said = document.createElement("div");
said.id = "said";
said.setAttribute("role", "status");
document.querySelector(".gradio-container").append(said);
let fading = 0;

function say(text) {
  said.textContent = text;
  clearTimeout(fading);
  fading = setTimeout(() => (said.textContent = ""), 4000);
}

async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text); // only over https and on this machine
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    const worked = document.execCommand("copy");
    field.remove();
    if (!worked) return say(element.firstElementChild.dataset.notCopied);
  }
  say(done);
}

function save(text, kind, question) {
  const name = question.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60) || "answer";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: `${kind === "md" ? "text/markdown" : "application/json"};charset=utf-8` }));
  link.download = `${name}.${kind}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function address({ question, answer, filters }) {
  const link = new URL(location.pathname, location.origin);
  link.searchParams.set("q", answer?.standalone_question ?? question);
  for (const [name, value] of Object.entries(filters)) link.searchParams.set(name, value);
  return link.href;
}

const DOES = {
  copy: (button) => copy(markdown(button), element.firstElementChild.dataset.copied),
  markdown: (button) => save(markdown(button), "md", record(button).question),
  json: (button) => save(`${JSON.stringify(record(button).answer, null, 2)}\n`, "json", record(button).question),
  link: (button) => copy(address(record(button)), element.firstElementChild.dataset.linkCopied),
  ask: (button) => ask(button.textContent),
  again: () => send("again", {}),
  rate: (button) => rate(button, ""),
};

// What has yet to end before the next question can be sent: the event of an answer, and of what stops it.
const underway = new Set();
let emptied = false; // by the reader, since the last question
let unshown = ""; // the question that is not yet in the conversation
let next = false; // whether what is in the box is to be asked as soon as it can

const field = () => document.querySelector("#question textarea");

function put(text) {
  field().value = text;
  field().dispatchEvent(new InputEvent("input", { bubbles: true })); // the page keeps a value of its own
}

// What was typed, or sent and not yet taken up, outlives a reload of the tab; the page reloads when its server is back.
function keepDraft() {
  sessionStorage.setItem("draft", [unshown, field()?.value].filter(Boolean).join("\n"));
}

// How many turns are shown as they will stay, which the server need not send again.
function known() {
  const turns = [...element.querySelectorAll(".turn")];
  const growing = turns.findIndex((turn) => !turn.querySelector(".actions"));
  return growing < 0 ? turns.length : growing;
}

// Why nothing is asked: the filters that still stand are not those in the form.
function problem() {
  const { since, until } = document.querySelector("#filters form").elements;
  const isBackwards = since.value && until.value && since.value > until.value;
  return isBackwards ? element.firstElementChild.dataset.sinceAfterUntil : "";
}

function send(event, detail) {
  if (underway.size) return; // pressed twice
  if (problem()) {
    if (detail.question) put(detail.question);
    return say(problem());
  }
  underway.add("answer");
  emptied = false;
  unshown = detail.question ?? "";
  keepDraft();
  trigger(event, { ...detail, known: known() });
}

const ask = (question) => send("ask", { question });

function show(turns) {
  next = false;
  unshown = "";
  emptied = !turns.length;
  if (!underway.size) return trigger("restore", { turns });
  underway.add("halt");
  trigger("replace", { turns });
}

// Called as the event ends; returns whether none is left, so that the box is at rest.
window.ended = (event) => {
  underway.delete(event);
  if (!underway.size) setTimeout(rests); // when the page knows of the end too
  return !underway.size;
};

function rests() {
  const refused = unshown; // or it never arrived
  unshown = "";
  if (refused && !field().value) put(refused);
  else if (next && !underway.size) enters();
  keepDraft();
  next = false;
}

// The box is emptied at once, so that the next question can be typed; entered too soon, it waits there for its turn.
function enters() {
  const question = field().value;
  if (!underway.size) {
    put("");
    ask(question);
  } else if (question.trim()) {
    next = true;
    say(element.firstElementChild.dataset.askedNext);
  }
}

document.addEventListener(
  "keydown",
  (event) => {
    const isPlain = event.key === "Enter" && !event.shiftKey && !event.isComposing;
    if (!isPlain || event.target !== field()) return;
    event.preventDefault();
    event.stopPropagation();
    enters();
  },
  true, // before the box has it
);

function rate(inside, word) {
  trigger("rate", { turn: Number(inside.closest(".turn").dataset.turn), vote: inside.dataset.vote, word });
}

document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("form.word");
  if (!form) return;
  event.preventDefault();
  if (form.elements[0].value.trim()) rate(form, form.elements[0].value);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[data-do], #clear, #question button");
  if (button?.matches("#clear, .stop-button")) setTimeout(() => field().focus()); // which the button may not keep
  if (button?.id === "clear") show([]);
  else if (button?.matches(".submit-button")) enters();
  else if (button?.matches(".stop-button")) underway.add("halt");
  else if (button && DOES[button.dataset.do]) DOES[button.dataset.do](button);
});

// While an answer grows, its question stays at the top of the view, until the reader scrolls.
let asked = 0;
let following = false;
for (const moved of ["wheel", "touchmove"]) document.addEventListener(moved, () => (following = false), { passive: true });

function follow() {
  const questions = element.querySelectorAll(".asked");
  if (questions.length !== asked) following = questions.length > asked;
  asked = questions.length;
  if (!following || !asked) return;
  questions[asked - 1].scrollIntoView({ block: "start" });
}

watch("value", () => {
  unshown = "";
  keepDraft();
  if (emptied && element.querySelector(".turn")) return show([]); // an answer that was on its way
  follow();
  document.dispatchEvent(new Event("talked"));
});

document.addEventListener("restore", (event) => show(event.detail));
document.addEventListener("input", (event) => {
  if (event.target !== field()) return;
  keepDraft();
  if (!field().value && document.querySelector("#hint").innerText.trim()) trigger("emptied", {}); // it was of what stood there
});
function putDraft(draft) {
  if (!field()) setTimeout(putDraft, 50, draft); // the box comes after the conversation
  else if (!field().value) put(draft);
}
putDraft(sessionStorage.getItem("draft") ?? "");

// A link with a question in it asks it, once: a reload then keeps the conversation instead of asking again.
const { q: question, ...filters } = Object.fromEntries(new URLSearchParams(location.search));
if (question) {
  history.replaceState(null, "", location.pathname + location.hash);
  setTimeout(async () => {
    if (Object.keys(filters).length) {
      const narrowed = new Promise((done) => document.addEventListener("narrowed", done, { once: true }));
      document.dispatchEvent(new CustomEvent("narrow", { detail: filters }));
      await Promise.race([narrowed, new Promise((done) => setTimeout(done, 3000))]);
      const isRefused = document.querySelector("#filters .problem").textContent && !document.querySelector("#filters .chip");
      if (isRefused) return put(question); // the filters' form says why
    }
    ask(question);
  });
}
