// table[data-picks]: a box before each row, one for the page, Shift for a range; form[data-selection] says how many
// are chosen and sends their keys, or that all that match are meant.
import { say } from "./voice.js";

let last = null;

const boxes = (table) => [...table.querySelectorAll("tbody input[data-pick]")];

function box(label) {
  const input = document.createElement("input");
  input.type = "checkbox";
  input.className = "form-check-input";
  input.setAttribute("aria-label", label);
  return input;
}

function cell(row, tag, role, input) {
  const made = document.createElement(tag);
  made.setAttribute("role", role);
  made.className = "pick";
  made.append(input);
  row.prepend(made);
}

function start() {
  for (const table of document.querySelectorAll("table[data-picks]")) {
    if (table.dataset.pickable) continue;
    table.dataset.pickable = "1";
    const form = document.querySelector("[data-selection]");
    const head = box(table.dataset.picksAll);
    head.dataset.pickAll = "";
    cell(table.tHead.rows[0], "td", "cell", head);
    for (const row of table.tBodies[0].rows) {
      const name = row.querySelector(".kind-person")?.innerText ?? row.cells[0].innerText;
      const input = box(table.dataset.picks.replace("{name}", name.trim()));
      input.dataset.pick = "";
      input.name = "keys";
      input.value = row.dataset.id;
      input.setAttribute("form", form.id);
      cell(row, "td", "cell", input);
    }
    last = null;
    show(table, form);
  }
}

function show(table, form) {
  const all = boxes(table);
  const chosen = all.filter((input) => input.checked);
  const everything = form.elements.all.value === "1";
  const head = table.querySelector("[data-pick-all]");
  head.checked = chosen.length === all.length;
  head.indeterminate = chosen.length > 0 && !head.checked;
  for (const input of all) input.closest("tr").classList.toggle("chosen", input.checked);
  const text = form.querySelector("[data-selection-text]");
  const { one, many, all: whole } = text.dataset;
  form.hidden = chosen.length === 0;
  text.textContent = everything ? whole : chosen.length === 1 ? one : many.replace("{n}", String(chosen.length));
  const more = form.querySelector("[data-selection-all]");
  if (more) more.hidden = everything || !head.checked;
}

function refresh(table, everything = false) {
  const form = document.querySelector("[data-selection]");
  form.elements.all.value = everything ? "1" : "";
  show(table, form);
}

document.addEventListener("click", (event) => {
  const input = event.target.closest("[data-pick], [data-pick-all]");
  if (input) {
    const table = input.closest("table");
    const all = boxes(table);
    if ("pickAll" in input.dataset) for (const each of all) each.checked = input.checked;
    else if (event.shiftKey && last?.isConnected) {
      const [from, to] = [all.indexOf(last), all.indexOf(input)].sort((a, b) => a - b);
      for (const each of all.slice(from, to + 1)) each.checked = input.checked;
    }
    if ("pick" in input.dataset) last = input;
    refresh(table);
    return;
  }
  const table = document.querySelector("table[data-picks]");
  if (!table) return;
  if (event.target.closest("[data-selection-all]")) {
    refresh(table, true);
    document.querySelector("[data-selection] [type=submit]")?.focus();
  }
  if (event.target.closest("[data-selection-none]")) {
    for (const each of boxes(table)) each.checked = false;
    refresh(table);
    table.querySelector("[data-pick-all]").focus();
  }
});

// The browser's Back button brings boxes back as they were, after the page was read.
window.addEventListener("pageshow", () => {
  for (const table of document.querySelectorAll("table[data-picks]")) refresh(table);
});

// [data-operation]: of what an operation on a field needs, only that of the one chosen is shown.
function needs(line) {
  const { value } = line.querySelector("select");
  for (const part of line.querySelectorAll("[data-for]")) part.hidden = part.dataset.for !== value;
}

document.addEventListener("change", (event) => {
  const line = event.target.closest("[data-operation]");
  if (line && event.target.name.startsWith("do-")) {
    needs(line);
    say(line.querySelector("select").selectedOptions[0].text);
  }
});
document.querySelectorAll("[data-operation]").forEach(needs);

start();
document.addEventListener("htmx:after:swap", start);
