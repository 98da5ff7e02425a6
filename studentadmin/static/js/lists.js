// Heads of a list: Shift and a click (or Shift Enter) sorts by a further column. [data-count] fetches the exact number.
// [data-move], or Alt and an arrow, moves a column up or down in the panel of columns.
import { say } from "./voice.js";

document.addEventListener(
  "click",
  (event) => {
    const sort = event.target.closest("a[data-sort-add]");
    if (!sort || !event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    // htmx reads the address when the link is clicked; a click inside that of the Enter key is none.
    sort.href = sort.dataset.sortAdd;
    sort.dataset.hxGet = sort.dataset.sortAdd;
    delete sort.dataset.sortAdd;
    setTimeout(() => sort.click());
  },
  true,
);

// Sorting brings in a new table: whoever went there by keyboard stays at the heading.
let heading = -1;

document.addEventListener("click", (event) => {
  const sort = event.target.closest("a.sort");
  if (sort) heading = sort.closest("th").cellIndex;
});

document.addEventListener("htmx:after:swap", () => {
  if (heading < 0) return;
  document.querySelector("#results thead tr")?.cells[heading]?.querySelector("a")?.focus({ preventScroll: true });
  heading = -1;
});

document.addEventListener("click", async (event) => {
  const count = event.target.closest("[data-count]");
  if (!count) return;
  event.preventDefault();
  count.setAttribute("aria-busy", "true");
  const url = new URL(count.dataset.count, location.href);
  url.pathname = url.pathname.replace(/\/?$/, "/count");
  const answer = await fetch(url, { headers: { Accept: "text/html" } });
  if (!answer.ok) {
    location.assign(count.href);
    return;
  }
  const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("list-count");
  count.closest("#list-count").replaceWith(document.adoptNode(found));
  say(found.textContent.trim());
});

function move(line, up) {
  const beside = up ? line.previousElementSibling : line.nextElementSibling;
  if (!beside) return;
  const here = document.activeElement;
  if (up) beside.before(line);
  else beside.after(line);
  if (line.contains(here)) here.focus();
  const place = [...line.parentElement.children].indexOf(line) + 1;
  say(line.dataset.column.replace("{n}", String(place)));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (button) move(button.closest("[data-column]"), button.dataset.move === "-1");
});

document.addEventListener("keydown", (event) => {
  const line = event.target.closest("[data-column]");
  if (!line || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  move(line, event.key === "ArrowUp");
});
