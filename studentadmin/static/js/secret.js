// [data-eye] shows and hides the password beside it.
document.addEventListener("click", (event) => {
  const eye = event.target.closest("[data-eye]");
  if (!eye) return;
  const input = eye.closest("[data-secret]").querySelector("input");
  const shown = input.type === "text";
  input.type = shown ? "password" : "text";
  eye.setAttribute("aria-pressed", String(!shown));
  const use = eye.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, shown ? "#eye" : "#eye-off"));
});
