// tr[data-row]: a click anywhere on the row opens it, unless something was selected to be copied. On a cell that can be
// changed in place (js/cells.js) it waits for a second click, which opens the cell instead.
const TWICE = 280;
let waiting = 0;

function open(row, apart) {
  const link = row.querySelector("a");
  if (apart) window.open(row.dataset.row);
  else if (link) link.click();
  else location.assign(row.dataset.row);
}

document.addEventListener("click", (event) => {
  clearTimeout(waiting);
  const row = event.target.closest("tr[data-row]");
  if (!row || event.defaultPrevented || event.target.closest("a, button, input, label, select, summary, form, .pick")) return;
  if (event.detail > 1 || String(window.getSelection()) !== "") return;
  const apart = event.ctrlKey || event.metaKey;
  if (event.target.closest("[data-editable]")) waiting = setTimeout(open, TWICE, row, apart);
  else open(row, apart);
});
