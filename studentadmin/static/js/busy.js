// form[data-busy]: sent once only. The text of data-busy, if any, is said while it takes its time.
import { say } from "./voice.js";

function rest(form) {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
  for (const button of form.querySelectorAll(".busy")) button.classList.remove("busy");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!("busy" in form.dataset) || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  form.setAttribute("aria-busy", "true");
  event.submitter?.classList.add("busy");
  if (form.dataset.busy) say(form.dataset.busy);
});

// Coming back with the browser's Back button shows the page as it was left: make it usable again.
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(rest));
