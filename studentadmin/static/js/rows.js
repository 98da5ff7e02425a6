// tr[data-row]: a click anywhere on the row opens it, unless something was selected to be copied.
document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-row]");
  if (!row || event.defaultPrevented || event.target.closest("a, button, input, label, select, summary")) return;
  if (String(window.getSelection()) !== "") return;
  const link = row.querySelector("a");
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.row);
  else if (link) link.click();
  else location.assign(row.dataset.row);
});
