// Runs once, as the side panel's js_on_load: `element`, `trigger` and `watch` are Gradio's.
// Markers are plain links, so that they are focusable and Enter works; a click asks the server for the article.

const CITE = /#cite-(\d+-\d+)$/;
let openedBy = null;

const panel = () => element.querySelector("article");
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function showQuote() {
  const article = panel();
  if (!article) return;
  article.focus({ preventScroll: true });
  const narrow = matchMedia("(max-width: 900px)").matches;
  if (narrow) article.scrollIntoView({ block: "start" });
  const target = article.querySelector("mark.active") ?? article.querySelector(".notice");
  target?.scrollIntoView({ block: "center", behavior: calm() || narrow ? "auto" : "smooth" });
}

function close() {
  if (panel()) trigger("click", { cite: "" });
}

document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest?.("a.cite");
    const wanted = link && CITE.exec(link.getAttribute("href") ?? "");
    if (wanted) {
      event.preventDefault();
      event.stopPropagation();
      openedBy = link.getAttribute("href");
      if (panel()?.dataset.shown === wanted[1]) showQuote();
      else trigger("click", { cite: wanted[1] });
    } else if (event.target.closest?.("#panel button.close")) {
      close();
    }
  },
  true,
);

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});

watch("value", () => {
  for (const link of document.querySelectorAll("a.cite.shown")) link.classList.remove("shown");
  const link = openedBy && document.querySelector(`a.cite[href$="${openedBy.replace(/^.*#/, "#")}"]`);
  if (panel()) {
    link?.classList.add("shown");
    requestAnimationFrame(showQuote);
  } else {
    link?.focus();
    openedBy = null;
  }
});

// While an answer grows, its question stays at the top of the view, until the reader scrolls.
let asked = 0;
let following = false;
for (const moved of ["wheel", "touchmove"]) document.addEventListener(moved, () => (following = false), { passive: true });

function follow() {
  const questions = document.querySelectorAll("#chat .asked");
  if (questions.length !== asked) following = questions.length > asked;
  asked = questions.length;
  const view = document.querySelector("#chat [role=log]");
  if (!following || !view) return;
  view.scrollTop += questions[asked - 1].getBoundingClientRect().top - view.getBoundingClientRect().top - 20;
}

// Gradio labels each message with its HTML source, which a screen reader would read out instead of the message.
function unlabel() {
  for (const message of document.querySelectorAll("#chat [data-testid][aria-label]")) message.removeAttribute("aria-label");
}

new MutationObserver(() => {
  unlabel();
  follow();
}).observe(document.querySelector("#talk"), { subtree: true, childList: true, attributeFilter: ["aria-label"] });
