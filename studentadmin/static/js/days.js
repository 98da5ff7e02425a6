// [data-day-of="<id>"] says the day of a date field in full, in the page's language: the field itself shows it
// in the order of the browser's, where 3/4 may be read either way.
const DAY = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "full", timeZone: "UTC" });

document.addEventListener("input", (event) => {
  if (event.target.type !== "date") return;
  const note = document.querySelector(`[data-day-of="${CSS.escape(event.target.id)}"]`);
  if (!note) return;
  const { valueAsDate } = event.target;
  note.hidden = !valueAsDate;
  note.textContent = valueAsDate ? DAY.format(valueAsDate) : "";
});
