// The side panel. Markers are plain links, so that they are focusable and Enter works; a click asks the server
// for the article. `element`, `trigger` and `watch` are Gradio's.

const CITE = /#cite-(\d+-\d+)$/;
let opener = null; // the marker that was clicked; focus goes back to it

const article = () => element.querySelector("article");
const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const marker = (cite) => document.querySelector(`#log .sentences a[href$="#cite-${cite}"], #log a[href$="#cite-${cite}"]`);

function showQuote() {
  const shown = article();
  if (!shown) return;
  shown.focus({ preventScroll: true });
  const target = shown.querySelector("mark.active") ?? shown.querySelector(".notice") ?? shown;
  target.scrollIntoView({ block: target === shown ? "start" : "center", behavior: calm() ? "auto" : "smooth" });
}

function open(cite) {
  if (article()?.dataset.shown === cite) showQuote();
  else trigger("click", { cite });
}

function close() {
  if (article()) trigger("click", { cite: "" });
}

function step(kind) {
  const cite = element.querySelector(`button.step.${kind}`)?.dataset.cite;
  if (!cite) return;
  opener = marker(cite);
  open(cite);
}

document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest?.("a.cite");
    const wanted = link && CITE.exec(link.getAttribute("href") ?? "");
    if (wanted) {
      event.preventDefault();
      event.stopPropagation();
      opener = link;
      open(wanted[1]);
      return;
    }
    const button = event.target.closest?.("#panel button");
    if (button?.classList.contains("close")) close();
    else if (button?.dataset.cite) step(button.classList.contains("next") ? "next" : "previous");
  },
  true,
);

document.addEventListener("show-article", (event) => {
  opener = event.detail;
  trigger("click", { article: opener.dataset.article });
});

// While one quote takes the other's place, nothing has the focus: a key pressed then is meant for the panel, too.
function isReadingHere() {
  const focused = document.activeElement ?? document.body;
  return element.contains(focused) || (focused === document.body && article() !== null);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) close();
  if (!isReadingHere() || event.ctrlKey || event.metaKey || event.altKey) return;
  const onwards = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
  const back = onwards === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
  if (event.key === "n" || event.key === onwards) step("next");
  if (event.key === "p" || event.key === back) step("previous");
});

watch("value", () => {
  for (const link of document.querySelectorAll("a.cite.shown")) link.classList.remove("shown");
  if (article()) {
    for (const link of document.querySelectorAll(`#log a[href$="#cite-${article().dataset.shown}"]`)) link.classList.add("shown");
    requestAnimationFrame(showQuote);
  } else {
    (opener?.isConnected ? opener : null)?.focus();
    opener = null;
  }
});
