// Keys for those who rarely touch the mouse; the list of them is the dialog #keys.
import { openPalette } from "./palette.js";

const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");

function move(step) {
  const rows = [...document.querySelectorAll("[data-rows] tbody tr, .change-what")]
    .map((row) => row.querySelector("a"))
    .filter((link) => link?.offsetParent);
  if (!rows.length) return;
  const here = rows.indexOf(document.activeElement);
  const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(here + step, 0), rows.length - 1);
  rows[next].focus();
}

const search = () => document.querySelector("[data-search]");

const KEYS = {
  "/": () => {
    if (openPalette()) return;
    search()?.focus();
    search()?.select();
  },
  n: () => document.querySelector("[data-new]")?.click(),
  e: () => document.querySelector("[data-edit]")?.click(),
  j: () => move(1),
  k: () => move(-1),
  "?": () => document.getElementById("keys")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
    const save = document.querySelector("[data-save]");
    if (!save) return;
    event.preventDefault();
    save.form.requestSubmit(save);
    return;
  }
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
    if (openPalette()) event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && event.target === search() && !search().value) search().blur();
  if (typing(event.target) || document.querySelector("dialog[open]")) return;
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys]")) KEYS["?"]();
});
