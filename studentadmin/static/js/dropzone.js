// [data-dropzone]: a file may be dropped on it; one that is too large is refused before it travels.
const zoneOf = (event) => event.target.closest?.("[data-dropzone]");

function size(bytes) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  let step = 0;
  let amount = bytes;
  while (amount >= 1000 && step < units.length - 1) {
    amount /= 1000;
    step += 1;
  }
  const style = { style: "unit", unit: units[step], maximumFractionDigits: 1 };
  return new Intl.NumberFormat(document.documentElement.lang, style).format(amount);
}

document.addEventListener("dragover", (event) => {
  const zone = zoneOf(event);
  if (!zone) return;
  event.preventDefault();
  zone.classList.add("over");
});
document.addEventListener("dragleave", (event) => {
  const zone = zoneOf(event);
  if (zone && !zone.contains(event.relatedTarget)) zone.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  const zone = zoneOf(event);
  if (!zone) return;
  event.preventDefault();
  zone.classList.remove("over");
  const input = zone.querySelector("input[type=file]");
  if (!event.dataTransfer.files.length) return;
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
document.addEventListener("change", (event) => {
  const zone = zoneOf(event);
  const file = zone && event.target.files?.[0];
  if (!file) return;
  const note = zone.querySelector("[data-dropzone-note]");
  const limit = Number(zone.dataset.maxBytes || 0);
  const bad = limit > 0 && file.size > limit;
  note.textContent = bad ? zone.dataset.tooBig : `${file.name} · ${size(file.size)}`;
  note.classList.toggle("bad", bad);
  if (bad) event.target.value = "";
});
