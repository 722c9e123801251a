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
