// [data-close] takes its message away; [data-focus] is where reading starts after a refusal; [data-back] goes back.
document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-close]");
  if (close) {
    close.closest("[data-notice]").remove();
    document.getElementById("content")?.focus({ preventScroll: true });
  }
  if (event.target.closest("[data-back]")) history.back();
});

document.querySelector("[data-focus]")?.focus({ preventScroll: true });

// Back without a page to go back to would do nothing.
if (history.length < 2) document.querySelectorAll("[data-back]").forEach((button) => button.remove());
