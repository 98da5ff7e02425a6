// form[data-unsaved]: asks before leaving while something was typed and not saved.
const dirty = new Set();

function touched(event) {
  const form = event.target.form ?? event.target.closest?.("form");
  if (form && "unsaved" in form.dataset) dirty.add(form);
}

document.addEventListener("input", touched);
document.addEventListener("change", touched);
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) dirty.delete(event.target);
});
window.addEventListener("beforeunload", (event) => {
  if ([...dirty].some((form) => form.isConnected)) event.preventDefault();
});
