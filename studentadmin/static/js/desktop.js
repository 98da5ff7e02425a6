// [data-print] prints the page: on paper from a browser, as a PDF from the program's own window.
// The window tells how saving a download or a PDF ended; <template id="saving"> holds the words.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

// A list that was asked for in order to print it.
if (document.querySelector("[data-print-now]")) window.addEventListener("load", () => window.print(), { once: true });

function tell(kind, { name, folder }) {
  const words = document.getElementById("saving")?.content.querySelector(`[data-saving="${kind}"]`);
  const place = document.getElementById("content");
  if (!words || !place) return;
  place.querySelectorAll("[data-saving]").forEach((old) => old.remove());
  const box = document.createElement("div");
  box.dataset.saving = kind;
  box.setAttribute("role", kind === "saved" ? "status" : "alert");
  place.prepend(box);
  // Filled after it stands in the page, or a screen reader stays silent.
  const notice = words.firstElementChild.cloneNode(true);
  for (const part of notice.querySelectorAll("[data-name]")) part.textContent = name;
  for (const part of notice.querySelectorAll("[data-folder]")) part.textContent = folder;
  requestAnimationFrame(() => box.append(notice));
}

document.addEventListener("studentadmin:saved", (event) => tell("saved", event.detail));
document.addEventListener("studentadmin:unsaved", (event) => tell("unsaved", event.detail));
