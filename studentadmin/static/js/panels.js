// What opens above a list: filters, columns, views. Without script each is a page of its own; with it only the panel
// travels. [data-panel-open] opens, [data-panel-close] closes, [data-panel-do] sends the panel's form and shows it anew.
import { start } from "./lookup.js";

const panel = () => document.getElementById("list-panel");
const opener = (kind) => document.querySelector(`[data-panel-open][value="${kind}"]`);

function kindOpen() {
  return panel()?.hidden ? "" : (panel()?.dataset.open ?? "");
}

async function load(form, submitter) {
  const url = new URL(form.action || location.href, location.href);
  url.search = new URLSearchParams(new FormData(form, submitter)).toString();
  const answer = await fetch(url, { headers: { Accept: "text/html" } });
  const found = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("list-panel");
  if (!found) {
    location.assign(url); // a log-in that has ended, a server that is busy: the page itself says so
    return false;
  }
  panel().replaceWith(document.adoptNode(found));
  start(panel());
  panel().querySelectorAll("[data-filter-line]").forEach(fit);
  return true;
}

function mark(kind) {
  if (panel()) panel().dataset.open = kind;
  for (const button of document.querySelectorAll("[data-panel-open]")) {
    button.setAttribute("aria-expanded", String(button.value === kind));
  }
}

function close() {
  const kind = kindOpen();
  panel().replaceChildren();
  panel().hidden = true;
  mark("");
  const button = opener(kind);
  (button?.closest("details")?.querySelector("summary") ?? button)?.focus();
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-panel-open]");
  if (button && panel()) {
    event.preventDefault();
    if (kindOpen() === button.value) close();
    else if (await load(button.form, button)) {
      mark(button.value);
      const details = button.closest("details");
      if (details) details.open = false;
      panel().querySelector("[data-panel-title]")?.focus();
    }
  }
  if (event.target.closest("[data-panel-close]")) {
    event.preventDefault();
    close();
  }
  const again = event.target.closest("[data-panel-do]");
  if (again) {
    event.preventDefault();
    const kind = kindOpen();
    const added = again.value === "add";
    if (await load(again.form, again)) {
      mark(kind);
      const lines = panel().querySelectorAll("[data-filter-line]");
      const last = added && lines[lines.length - 1];
      (last?.querySelector("[data-filter-operator], .filter-values input:not([type=hidden])") ?? panel().querySelector("#filter-new"))?.focus();
    }
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && event.target.closest("#list-panel")) close();
});

// A line shows what its operator needs.
function fit(line) {
  const operator = line.querySelector("[data-filter-operator]")?.value ?? "any";
  for (const part of line.querySelectorAll("[data-for]")) {
    part.hidden = !part.dataset.for.split(" ").includes(operator);
    for (const input of part.matches("input") ? [part] : part.querySelectorAll("input")) input.disabled = part.hidden;
  }
  const day = line.querySelector("[data-day]");
  if (day) day.type = ["last", "next"].includes(operator) ? "number" : "date";
}

document.addEventListener("change", (event) => {
  const { target } = event;
  if (target.matches?.("[data-filter-operator]")) fit(target.closest("[data-filter-line]"));
  if (target.matches?.("[data-filter-match]")) {
    for (const option of document.querySelectorAll(".filter-join option")) option.textContent = option.dataset[target.value];
  }
});

// Several rows of a relation: each that was picked stands as a box that can be unticked.
document.addEventListener("lookup:picked", (event) => {
  const lookup = event.target;
  const choices = lookup.parentElement.querySelector(".filter-choices");
  const name = lookup.querySelector("input[type=hidden]").name;
  const known = [...choices.querySelectorAll("input")].find((box) => box.value === event.detail.id);
  if (known) {
    known.checked = true;
    return;
  }
  const label = document.createElement("label");
  const box = document.createElement("input");
  const text = document.createElement("span");
  label.className = "form-check";
  Object.assign(box, { className: "form-check-input", type: "checkbox", name, value: event.detail.id, checked: true });
  Object.assign(text, { className: "form-check-label", textContent: event.detail.text });
  label.append(box, text);
  choices.append(label);
});

// The search and the order may have changed since the panel was opened.
document.addEventListener("submit", (event) => {
  const kept = event.target.closest("[data-filter-editor]")?.querySelector("[data-kept]");
  const list = document.getElementById("list-form");
  if (!kept || !list) return;
  kept.replaceChildren(
    ...[...new FormData(list)].map(([name, value]) => Object.assign(document.createElement("input"), { type: "hidden", name, value })),
  );
});

panel()?.querySelectorAll("[data-filter-line]").forEach(fit);
if (panel() && !panel().hidden) mark(document.querySelector("[data-panel-open][aria-expanded=true]")?.value ?? "views");
