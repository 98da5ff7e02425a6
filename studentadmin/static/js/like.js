// [data-like]: while a new student is typed, says who may be the same. It never holds anybody up.
import { say } from "./voice.js";

const ASKED = ["family_name", "given_name", "preferred_name", "native_name", "birth_date", "sex"];

class Like {
  constructor(box) {
    this.box = box;
    this.form = box.closest("form");
    this.form.querySelector("[name=family_name]").closest("fieldset").after(box);
    this.form.addEventListener("change", (event) => {
      if (ASKED.includes(event.target.name)) this.ask();
    });
    if (this.form.elements.family_name.value) this.ask(); // after a refusal
  }

  async ask() {
    this.abort?.abort();
    this.abort = new AbortController();
    const body = new FormData();
    for (const name of [...ASKED, "csrf_token"]) body.set(name, this.form.elements[name]?.value ?? "");
    try {
      const answer = await fetch(this.box.dataset.like, {
        method: "POST",
        body,
        signal: this.abort.signal,
        headers: { Accept: "application/json" },
      });
      if (answer.ok) this.show(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") this.show([]);
    }
  }

  show(found) {
    this.box.hidden = !found.length;
    this.box.replaceChildren(
      ...found.map((item) => {
        const line = document.createElement("p");
        line.append(`${item.text} `);
        if (item.url) {
          const link = document.createElement("a");
          link.href = item.url;
          link.target = "_blank";
          link.textContent = this.box.dataset.open;
          line.append(link);
        }
        return line;
      }),
    );
    if (found.length) say(found.map((item) => item.text).join(" "));
  }
}

for (const box of document.querySelectorAll("[data-like]")) new Like(box);
