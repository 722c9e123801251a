// The filters: shown or hidden, and sent when one changes. What is set comes back from the server as chips.

const NAMES = ["since", "until", "as_of", "source"];
let isShown = false;

const form = () => element.querySelector("form");

function draw() {
  form().hidden = !isShown;
  element.querySelector(".toggle").setAttribute("aria-expanded", String(isShown));
}

function send() {
  trigger("filter", Object.fromEntries(NAMES.map((name) => [name, form().elements[name].value])));
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.classList.contains("toggle")) isShown = !isShown;
  for (const name of button.dataset.clear ? NAMES : [button.dataset.remove]) if (name) form().elements[name].value = "";
  if (button.dataset.clear || button.dataset.remove) {
    send();
    element.querySelector(".toggle").focus(); // the chip that had the focus goes
  }
  draw();
});
element.addEventListener("change", send);
element.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
element.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !isShown) return;
  event.preventDefault();
  isShown = false;
  draw();
  element.querySelector(".toggle").focus();
});
document.addEventListener("narrow", (event) => trigger("filter", event.detail));
watch("value", () => {
  isShown ||= element.querySelector(".problem").textContent !== "";
  draw();
  document.dispatchEvent(new Event("narrowed"));
});
