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

// Whether a question is under way: sent and not yet in the conversation, or being answered.
let sent = false;
let emptied = false; // by the reader, since the last question
const isAsking = () => sent || Boolean(document.querySelector("#question .stop-button"));

function sends() {
  sent = true;
  emptied = false;
}

function send(event, detail) {
  sends();
  trigger(event, detail);
}

const ask = (question) => send("ask", { question });

function show(turns) {
  emptied = !turns.length;
  trigger(isAsking() ? "replace" : "restore", { turns });
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && event.target.matches?.("#question textarea")) sends();
});

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
  const button = event.target.closest?.("button[data-do], #clear, #question .submit-button");
  if (button?.id === "clear") show([]);
  else if (button?.classList.contains("submit-button")) sends();
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
  element.scrollTop += questions[asked - 1].getBoundingClientRect().top - element.getBoundingClientRect().top - 20;
}

watch("value", () => {
  sent = false;
  if (emptied && element.querySelector(".turn")) return show([]); // an answer that was on its way
  follow();
  document.dispatchEvent(new Event("talked"));
});

document.addEventListener("restore", (event) => show(event.detail));

// A link with a question in it asks it, once: a reload then keeps the conversation instead of asking again.
const { q: question, ...filters } = Object.fromEntries(new URLSearchParams(location.search));
if (question) {
  history.replaceState(null, "", location.pathname + location.hash);
  setTimeout(async () => {
    if (Object.keys(filters).length) {
      const narrowed = new Promise((done) => document.addEventListener("narrowed", done, { once: true }));
      document.dispatchEvent(new CustomEvent("narrow", { detail: filters }));
      await Promise.race([narrowed, new Promise((done) => setTimeout(done, 3000))]);
    }
    ask(question);
  });
}
