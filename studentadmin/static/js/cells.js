// table[data-cells]: a cell under th[data-edits] is changed where it stands: double click, Enter or F2. Arrows go from
// cell to cell; in the editor Enter saves and goes down, Tab saves and goes right, Esc gives up. Not on a narrow screen.
import { say } from "./voice.js";

const WIDE = window.matchMedia("(min-width: 40.01rem)");
let open = null; // {cell, kept}: the cell being changed, and what stood in it

const isCell = (cell) => cell?.matches("[data-editable]");
const tableOf = (cell) => cell.closest("table");
const read = (html) => new DOMParser().parseFromString(html, "text/html");

function start() {
  if (!WIDE.matches) return;
  for (const table of document.querySelectorAll("table[data-cells]:not([role=grid])")) {
    const heads = table.tHead.rows[0].cells;
    table.setAttribute("role", "grid");
    table.setAttribute("aria-description", table.dataset.cells);
    let first = null;
    for (const row of table.tBodies[0].rows) {
      for (const cell of row.cells) {
        if (cell.getAttribute("role") === "cell") cell.setAttribute("role", "gridcell");
        if (!heads[cell.cellIndex]?.dataset.edits) continue;
        cell.dataset.editable = "";
        cell.tabIndex = -1;
        first ??= cell;
      }
    }
    for (const cell of table.tHead.querySelectorAll("td[role=cell]")) cell.setAttribute("role", "gridcell");
    if (first) first.tabIndex = 0;
  }
}

function go(cell, right, down) {
  const rows = [...tableOf(cell).tBodies[0].rows];
  let row = rows.indexOf(cell.parentElement);
  let column = cell.cellIndex;
  for (;;) {
    row += down;
    column += right;
    let next = rows[row]?.cells[column];
    if (!next && right) {
      row += right; // over the edge of a row into its neighbour
      column = right > 0 ? 0 : (rows[row]?.cells.length ?? 0) - 1;
      next = rows[row]?.cells[column];
    }
    if (!next) return false;
    if (isCell(next)) return reach(next);
  }
}

function reach(cell) {
  for (const each of tableOf(cell).querySelectorAll("[data-editable][tabindex='0']")) each.tabIndex = -1;
  cell.tabIndex = 0;
  cell.focus();
  return true;
}

function column(cell) {
  return tableOf(cell).tHead.rows[0].cells[cell.cellIndex].dataset.edits;
}

async function change(cell) {
  if (open && !(await leave())) return;
  const url = new URL(`${cell.parentElement.dataset.row}/cell`, location.href);
  url.searchParams.set("column", column(cell));
  const answer = await ask(url, {});
  if (!answer) return;
  open = { cell, kept: [...cell.childNodes] };
  put(answer.text);
}

async function ask(url, options) {
  try {
    const answer = await fetch(url, { ...options, headers: { Accept: "text/html" }, redirect: "error" });
    return { status: answer.status, text: await answer.text() };
  } catch {
    location.reload(); // the log-in ended, or the program did: the page itself says so
    return null;
  }
}

function put(html) {
  const { cell } = open;
  cell.classList.add("editing");
  cell.replaceChildren(...read(html).body.childNodes);
  document.dispatchEvent(new Event("htmx:after:swap")); // wires what stands in the editor
  const wrong = cell.querySelector("[aria-invalid], input[type=radio]");
  const field = wrong ?? cell.querySelector("input:not([type=hidden]), select, textarea");
  field?.focus();
  if (field?.select && field.type !== "date") field.select();
  const error = cell.querySelector(".field-error");
  if (error) say(error.innerText);
}

function close() {
  const { cell, kept } = open;
  open = null;
  cell.classList.remove("editing");
  cell.replaceChildren(...kept);
  return cell;
}

const typed = (form) => [...new FormData(form)].filter(([name]) => !["csrf_token", "version"].includes(name)).join("\n");

// Saves; false while the editor has to stay open.
async function save() {
  const { cell } = open;
  const form = cell.querySelector("[data-cell-editor]");
  if (form.dataset.sent) return false;
  form.dataset.sent = "1";
  const answer = await ask(form.action, { method: "POST", body: new FormData(form) });
  if (!answer) return false;
  if (answer.status !== 200) {
    put(answer.text);
    return false;
  }
  const saved = read(answer.text);
  const linked = cell.tagName === "TH" || cell.classList.contains("kind-person");
  close();
  cell.replaceChildren(saved.querySelector(linked ? "[data-cell-linked]" : "[data-cell]").content);
  const said = saved.querySelector("[data-cell-said]").content.querySelector("[data-flashes]");
  document.querySelector("[data-flashes]").replaceWith(said);
  say(said.querySelector(".notice-text span")?.textContent ?? "");
  return true;
}

// Another cell is opened: what was not touched is let go, the rest saved.
async function leave() {
  const form = open.cell.querySelector("[data-cell-editor]");
  if (form && typed(form) === form.dataset.first) {
    close();
    return true;
  }
  return save();
}

document.addEventListener("focusin", (event) => {
  const form = event.target.closest("[data-cell-editor]");
  if (form && form.dataset.first === undefined) form.dataset.first = typed(form);
});

async function saveAnd(right, down) {
  const { cell } = open;
  if (await save()) go(cell, right, down) || reach(cell);
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-cell-editor]")) {
    if (event.target.closest("[data-flashes]") && document.querySelector("table[role=grid]")) takeBack(event);
    return;
  }
  event.preventDefault();
  saveAnd(0, 1);
});

// Undo without leaving the list; where somebody changed it since, the page of the change asks.
async function takeBack(event) {
  if (event.defaultPrevented) return;
  event.preventDefault();
  event.stopPropagation();
  const form = event.target;
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "text/html" } });
  if (!answer.ok) {
    location.assign(form.action.replace(/\/undo$/, ""));
    return;
  }
  const told = read(await answer.text());
  const said = told.querySelector("[data-flashes]");
  document.querySelector("[data-flashes]").replaceWith(said);
  say(said.querySelector(".notice-text span")?.textContent ?? "");
  const list = await ask(location.href, {});
  if (!list) return;
  const fresh = read(list.text).getElementById("results");
  document.getElementById("results").replaceWith(fresh);
  window.htmx?.process(fresh);
  document.dispatchEvent(new Event("htmx:after:swap"));
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-cell-cancel]")) reach(close());
});

document.addEventListener("dblclick", (event) => {
  const cell = event.target.closest("[data-editable]");
  if (!cell || cell === open?.cell || event.target.closest("input")) return;
  window.getSelection().removeAllRanges();
  change(cell);
});

const STEPS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const cell = event.target;
  if (isCell(cell)) {
    if (event.key === "Enter" || event.key === "F2") {
      event.preventDefault();
      change(cell);
    } else if (STEPS[event.key]) {
      event.preventDefault();
      go(cell, ...STEPS[event.key]);
    }
    return;
  }
  const form = event.target.closest?.("[data-cell-editor]");
  if (!form || !open) return;
  if (event.key === "Escape") {
    event.preventDefault();
    reach(close());
  } else if (event.key === "Enter" && !event.shiftKey && event.target.tagName !== "BUTTON") {
    event.preventDefault();
    saveAnd(0, 1);
  } else if (event.key === "Tab") {
    const fields = [...form.querySelectorAll("input:not([type=hidden]), select, textarea")];
    const at = fields.indexOf(event.target);
    const step = event.shiftKey ? -1 : 1;
    if (at < 0 || fields[at + step]) return; // on to the next field of the same cell
    event.preventDefault();
    saveAnd(step, 0);
  }
});

start();
document.addEventListener("htmx:after:swap", start);
