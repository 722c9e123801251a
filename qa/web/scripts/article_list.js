// The articles: a list that is looked through as one types, and a place to drop files.

const desk = document.querySelector("#desk");
const shows = document.querySelector("#show-article-list");
const view = document.querySelector("#article-list");
let waiting = 0;
let isTurned = false; // to another page, which is read from its top

function show(shown) {
  desk.dataset.view = shown ? "article-list" : "talk";
  shows.setAttribute("aria-expanded", String(shown));
  if (shown) look("", 0);
  else document.querySelector("#panel button.close")?.click();
}

function look(text, page) {
  trigger("look", { text, page });
}

const typed = () => element.querySelector("input[type=search]")?.value ?? "";

shows.addEventListener("click", () => show(desk.dataset.view !== "article-list"));
document.querySelector("#back").addEventListener("click", () => {
  show(false);
  shows.focus();
});
element.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => look(typed(), 0), 200);
});
element.addEventListener("submit", (event) => {
  event.preventDefault();
  look(typed(), 0);
});
element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  isTurned = Boolean(button?.dataset.page);
  if (isTurned) look(typed(), Number(button.dataset.page));
  if (button?.dataset.article) document.dispatchEvent(new CustomEvent("show-article", { detail: button }));
});

watch("value", () => {
  if (isTurned) view.scrollTop = 0;
  isTurned = false;
});

// Files dropped anywhere on the list are put into the upload button's own field.
const field = () => document.querySelector("#article-list input[type=file]");
for (const kind of ["dragenter", "dragover"])
  view.addEventListener(kind, (event) => {
    event.preventDefault();
    if (field()) view.classList.add("dropping");
  });
for (const kind of ["dragleave", "drop"]) view.addEventListener(kind, () => view.classList.remove("dropping"));
view.addEventListener("drop", (event) => {
  event.preventDefault();
  if (!field() || !event.dataTransfer?.files.length) return;
  field().files = event.dataTransfer.files;
  field().dispatchEvent(new Event("change", { bubbles: true }));
});
document.addEventListener("restore", () => desk.dataset.view === "article-list" && show(false));
document.addEventListener("click", (event) => event.target.closest?.("#clear") && desk.dataset.view === "article-list" && show(false));
