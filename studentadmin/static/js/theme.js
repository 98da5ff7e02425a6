// [data-theme-switch] buttons with data-theme-value light, dark or "". The cookie lets the server paint it at once.
const YEAR = 365 * 24 * 60 * 60;

function apply(value) {
  const root = document.documentElement;
  if (value) root.dataset.bsTheme = value;
  else delete root.dataset.bsTheme;
  document.querySelector('meta[name="color-scheme"]')?.setAttribute("content", value || "light dark");
  const age = value ? YEAR : 0;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${value}; Path=/; Max-Age=${age}; SameSite=Strict${secure}`;
  for (const button of document.querySelectorAll("[data-theme-value]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeValue === value));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-value]");
  if (button) apply(button.dataset.themeValue);
});
