// The card that a marker shows while it is pointed at or focused: title, source, date and the quote, as text.

const card = document.createElement("div");
card.id = "card";
card.setAttribute("role", "tooltip");
card.hidden = true;
document.querySelector(".gradio-container").append(card);
let leaving = 0;

function show(link) {
  clearTimeout(leaving);
  if (link.title) link.dataset.hover = link.title; // the browser would show a second card
  link.removeAttribute("title");
  const [named, quote = ""] = (link.dataset.hover ?? "").split("\n", 2);
  const lines = [named, quote].map((text, index) => {
    const line = document.createElement("p");
    line.className = ["named", "said"][index];
    line.dir = "auto";
    line.textContent = text;
    return line;
  });
  card.replaceChildren(...lines);
  card.hidden = false;
  link.setAttribute("aria-describedby", "card");
  const at = link.getBoundingClientRect();
  const { width, height } = card.getBoundingClientRect();
  const above = at.top - height - 8;
  card.style.left = `${Math.max(8, Math.min(at.left + at.width / 2 - width / 2, innerWidth - width - 8))}px`;
  card.style.top = `${above > 8 ? above : at.bottom + 8}px`;
}

function hide() {
  card.hidden = true;
}

const link = (event) => event.target.closest?.("a.cite");
document.addEventListener("mouseover", (event) => {
  if (link(event)) show(link(event));
  else if (card.contains(event.target)) clearTimeout(leaving);
});
document.addEventListener("mouseout", (event) => {
  if (link(event) || card.contains(event.target)) leaving = setTimeout(hide, 150);
});
document.addEventListener("focusin", (event) => (link(event)?.matches(":focus-visible") ? show(link(event)) : hide()));
document.addEventListener("click", hide, true);
document.addEventListener("scroll", hide, true);
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape" || card.hidden) return;
    hide();
    event.preventDefault(); // the article beside it stays open
  },
  true,
);
