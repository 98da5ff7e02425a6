// Menus are <details data-menu>: one open at a time, closed by Esc, by a click outside or by leaving with Tab.
// [data-rail-toggle] slides the navigation in on narrow windows.
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-menu]")));
document.addEventListener("focusin", (event) => closeMenus(event.target.closest("details[data-menu]")));

const rail = document.querySelector("[data-rail]");
const toggle = document.querySelector("[data-rail-toggle]");
const shade = document.createElement("div");
shade.className = "rail-shade";

function slide(open) {
  rail.classList.toggle("open", open);
  toggle.setAttribute("aria-expanded", String(open));
  if (open) {
    document.body.append(shade);
    rail.querySelector("a")?.focus();
  } else {
    shade.remove();
  }
}

if (rail && toggle) {
  toggle.addEventListener("click", () => slide(!rail.classList.contains("open")));
  shade.addEventListener("click", () => slide(false));
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details[data-menu][open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (rail?.classList.contains("open")) {
    slide(false);
    toggle.focus();
  }
});
