// An address such as .../edit#birth_date opens a form at that field, ready to type.
const named = location.hash.slice(1);
const target = named && document.querySelector("form.record-form")?.elements.namedItem(named);
const field = target instanceof HTMLElement ? target : named && document.getElementById(named);
if (field?.closest?.("form.record-form")) {
  field.focus();
  field.scrollIntoView({ block: "center" });
}
