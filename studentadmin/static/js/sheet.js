// form[data-sheet]: taking attendance. A tap on a student's mark goes on to the next usual one; what goes with a mark
// (any other code, minutes, a reason) opens below it. Without script the lists of marks do the same.
const of = (row) => ({ tap: row.querySelector("[data-tap]"), select: row.querySelector("[data-code]") });
const rowsIn = (form) => [...form.querySelectorAll("[data-mark]")];

function show(row) {
  const { tap, select } = of(row);
  const chosen = select.selectedOptions[0];
  row.dataset.category = chosen.dataset.category;
  row.toggleAttribute("data-marked", select.value !== "");
  tap.querySelector("[data-tap-word]").textContent = chosen.textContent;
}

function count(form) {
  const found = new Map();
  for (const row of rowsIn(form)) {
    const name = of(row).select.selectedOptions[0].textContent;
    found.set(name, (found.get(name) ?? 0) + 1);
  }
  const order = [...form.querySelector("[data-code]").options].map((option) => option.textContent);
  const parts = order.filter((name) => found.has(name)).map((name) => `${name} ${found.get(name)}`);
  form.querySelector("[data-count]").textContent = parts.join(" · ");
}

function choose(row, option) {
  const { select } = of(row);
  if (!option || select.disabled || select.value === option.value) return;
  select.value = option.value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

function next(row) {
  const { select } = of(row);
  const usual = [...select.options].filter((option) => "usual" in option.dataset);
  const here = usual.indexOf(select.selectedOptions[0]);
  choose(row, usual[(here + 1) % usual.length]);
}

function move(row, step) {
  const rows = rowsIn(row.closest("[data-sheet]"));
  const to = rows[Math.min(Math.max(rows.indexOf(row) + step, 0), rows.length - 1)];
  of(to).tap.focus();
}

document.addEventListener("change", (event) => {
  const row = event.target.closest?.("[data-mark]");
  if (!row || !("code" in event.target.dataset)) return;
  if (event.target.value === "") for (const input of row.querySelectorAll(".mark-more input")) input.value = "";
  show(row);
  count(row.closest("[data-sheet]"));
});

document.addEventListener("click", (event) => {
  const tap = event.target.closest("[data-tap]");
  if (tap) next(tap.closest("[data-mark]"));
});

document.addEventListener(
  "keydown",
  (event) => {
    const tap = event.target.closest?.("[data-tap]");
    if (!tap || event.ctrlKey || event.metaKey || event.altKey) return;
    const row = tap.closest("[data-mark]");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const option = [...of(row).select.options].find(({ dataset }) => dataset.key === event.key.toLowerCase());
    if (!step && !option) return;
    event.preventDefault();
    event.stopPropagation();
    if (step) move(row, step);
    else choose(row, option);
  },
  true,
);

for (const form of document.querySelectorAll("[data-sheet]")) {
  form.dataset.ready = "";
  form.querySelector("[data-help]").hidden = false;
  for (const row of rowsIn(form)) {
    of(row).tap.hidden = false;
    show(row);
  }
  count(form);
}
