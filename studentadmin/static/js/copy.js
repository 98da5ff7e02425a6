// [data-copy]: puts its text on the clipboard and says so.
import { say } from "./voice.js";

async function write(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("clipboard refused");
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const use = button.querySelector("use");
  const drawing = use.getAttribute("href");
  try {
    await write(button.dataset.copy);
  } catch {
    return;
  }
  say(button.dataset.copied);
  use.setAttribute("href", drawing.replace(/#.*/, "#check"));
  setTimeout(() => use.setAttribute("href", drawing), 1500);
});
