// form[data-confirm]: asks in the page's own dialog before it is sent.
const dialog = document.getElementById("ask");

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!form.dataset.confirm || form.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const sender = event.submitter;
    const ok = dialog.querySelector("[data-ask-ok]");
    dialog.querySelector(".ask-text").textContent = form.dataset.confirm;
    ok.textContent = form.dataset.confirmOk || ok.textContent;
    ok.className = `btn btn-${form.dataset.confirmKind || "primary"}`;
    dialog.addEventListener(
      "close",
      () => {
        if (dialog.returnValue !== "ok") return;
        form.dataset.confirmed = "1";
        form.requestSubmit(sender);
        delete form.dataset.confirmed;
      },
      { once: true },
    );
    dialog.returnValue = "cancel";
    dialog.showModal();
    dialog.querySelector("[data-ask-cancel]").focus();
  },
  true,
);
