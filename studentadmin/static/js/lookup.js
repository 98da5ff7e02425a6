// [data-lookup]: a combobox over GET <url>?q=... that answers [{id, text}]. The hidden input carries the id.
import { say } from "./voice.js";

const WAIT = 150;

class Lookup {
  constructor(root) {
    this.root = root;
    this.input = root.querySelector("[role=combobox]");
    this.value = root.querySelector("input[type=hidden]");
    this.list = root.querySelector("[role=listbox]");
    this.chosen = this.input.defaultValue;
    this.active = -1;
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("blur", () => this.leave());
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault(); // keeps the focus in the input
      const option = event.target.closest("[role=option]");
      if (option) this.pick(option);
    });
    if (this.input.value !== this.chosen) this.later(); // typed before this script had come
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    this.abort?.abort();
    this.abort = new AbortController();
    const url = new URL(this.root.dataset.lookup, location.href);
    url.searchParams.set("q", this.input.value === this.chosen ? "" : this.input.value.trim());
    try {
      const answer = await fetch(url, { signal: this.abort.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      this.show(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") this.tell(this.root.dataset.lookupFailed);
    }
  }

  show(found) {
    if (!found.length) {
      this.tell(this.root.dataset.lookupNone);
      return;
    }
    this.list.replaceChildren(
      ...found.map((item, index) => {
        const option = document.createElement("li");
        option.id = `${this.list.id}-${index}`;
        option.role = "option";
        option.dataset.id = item.id;
        option.textContent = item.text;
        option.setAttribute("aria-selected", "false");
        return option;
      }),
    );
    this.open();
    say(this.root.dataset.lookupCount.replace("{n}", String(found.length)));
  }

  tell(text) {
    const line = document.createElement("li");
    line.role = "presentation";
    line.textContent = text;
    this.list.replaceChildren(line);
    this.open();
    say(text);
  }

  open() {
    if (document.activeElement !== this.input) return;
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  close() {
    clearTimeout(this.timer);
    this.abort?.abort();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  mark(index) {
    const { options } = this;
    if (!options.length) return;
    this.active = (index + options.length) % options.length;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === this.active)));
    options[this.active].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", options[this.active].id);
  }

  key(event) {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) this.ask();
      else this.mark(this.active < 0 && event.key === "ArrowUp" ? -1 : this.active + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter" && !this.list.hidden) {
      event.preventDefault();
      const option = this.options[this.active] ?? (this.options.length === 1 ? this.options[0] : null);
      if (option) this.pick(option);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      this.input.value = this.chosen;
      this.close();
    }
  }

  pick(option) {
    const { id } = option.dataset;
    const text = option.textContent;
    this.close();
    if (!("lookupMany" in this.root.dataset)) {
      this.set(id, text);
      return;
    }
    this.input.value = "";
    this.chosen = "";
    this.root.dispatchEvent(new CustomEvent("lookup:picked", { bubbles: true, detail: { id, text } }));
  }

  set(id, text) {
    this.value.value = id;
    this.input.value = text;
    this.chosen = text;
    this.value.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // Left without a choice: an emptied field is empty, any other half-typed text goes back to what was chosen.
  leave() {
    this.close();
    if (!this.input.value.trim()) {
      if (this.value.value) this.set("", "");
    } else {
      this.input.value = this.chosen;
    }
  }
}

export function start(root) {
  for (const element of root.querySelectorAll("[data-lookup]")) {
    if (!element.dataset.ready) {
      element.dataset.ready = "1";
      new Lookup(element);
    }
  }
}

start(document);
document.addEventListener("htmx:after:swap", () => start(document));
