// #palette: one box over students, contacts, classes, pages and commands. "/" or Ctrl K opens it from anywhere, as does
// typing into [data-palette-open]. What is typed is posted, so that no name stands in an address.
const WAIT = 90;
const palette = document.getElementById("palette");

class Palette {
  constructor(root) {
    this.root = root;
    this.input = root.querySelector("[role=combobox]");
    this.list = root.querySelector("[role=listbox]");
    this.note = root.querySelector("[data-note]");
    this.said = root.querySelector("[data-said]");
    this.active = -1;
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the focus in the input
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.go(option, event.ctrlKey || event.metaKey);
    });
    root.querySelector("[data-palette-close]").addEventListener("click", () => root.close());
    root.addEventListener("click", (event) => {
      if (event.target === root) root.close();
    });
    root.addEventListener("close", () => this.rest());
  }

  open(text = "") {
    if (!this.root.open) {
      this.input.value = text;
      this.root.showModal();
    }
    this.input.focus();
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
    this.ask();
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), WAIT);
  }

  async ask() {
    clearTimeout(this.timer);
    this.timer = null;
    this.abort?.abort();
    const abort = new AbortController();
    this.abort = abort;
    const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
    try {
      const answer = await fetch(this.root.dataset.palette, {
        method: "POST",
        signal: abort.signal,
        headers: { Accept: "application/json", "X-CSRFToken": token },
        body: new URLSearchParams({ q: this.input.value }),
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = await answer.json();
      if (abort === this.abort) this.show(found);
    } catch (error) {
      if (error.name !== "AbortError" && abort === this.abort) this.show({ groups: [], said: this.root.dataset.failed });
    } finally {
      if (abort === this.abort) this.abort = null;
    }
  }

  show(found) {
    this.places = [];
    this.list.replaceChildren(...found.groups.map((group, index) => this.group(group, index)));
    const none = found.groups.length === 0;
    this.list.hidden = none;
    this.note.hidden = !none;
    this.note.textContent = none ? found.said : "";
    this.input.setAttribute("aria-expanded", String(!none));
    this.said.textContent = found.said;
    this.active = -1;
    this.mark(this.input.value.trim() && !none ? 0 : -1);
    this.list.scrollTop = 0;
    if (this.entered) {
      this.entered = false;
      this.enter();
    }
  }

  group(group, index) {
    const box = make("div", "palette-group");
    const head = make("div", "palette-label", group.label);
    head.id = `palette-group-${index}`;
    box.setAttribute("role", "group");
    box.setAttribute("aria-labelledby", head.id);
    head.setAttribute("role", "presentation");
    const items = [...group.items];
    if (group.more) items.push({ title: group.more_label, detail: "", icon: "list-check", url: group.more });
    box.append(head, ...items.map((item) => this.option(item)));
    return box;
  }

  option(item) {
    const option = make("div", "palette-item");
    option.id = `palette-item-${this.places.length}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    this.places.push(item);
    option.append(this.icon(item.icon), make("span", "palette-title", item.title));
    if (item.detail) option.append(make("span", "palette-detail", item.detail));
    if (item.chip) option.append(make("span", `chip chip-${item.tone}`, item.chip));
    return option;
  }

  icon(name) {
    const space = "http://www.w3.org/2000/svg";
    const drawing = document.createElementNS(space, "svg");
    drawing.setAttribute("class", "icon");
    drawing.setAttribute("aria-hidden", "true");
    const use = document.createElementNS(space, "use");
    use.setAttribute("href", `${this.root.dataset.sprite}#${name}`);
    drawing.append(use);
    return drawing;
  }

  mark(index) {
    const { options } = this;
    this.active = options.length && index >= 0 ? index : -1;
    options.forEach((option, at) => option.setAttribute("aria-selected", String(at === this.active)));
    if (this.active < 0) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    options[this.active].scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", options[this.active].id);
  }

  key(event) {
    if (event.isComposing) return;
    const { length } = this.options;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && length) {
      event.preventDefault();
      this.mark(this.active < 0 ? (step > 0 ? 0 : length - 1) : (this.active + step + length) % length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (this.abort || this.timer) this.settle();
      else this.enter(event.ctrlKey || event.metaKey);
    }
  }

  // Enter pressed before the answer to the last letter: it counts for that answer, not for the one on the screen.
  settle() {
    this.entered = true;
    if (this.timer || !this.abort) this.ask();
  }

  enter(aside = false) {
    const option = this.options[this.active];
    if (option) this.go(option, aside);
  }

  go(option, aside) {
    const item = this.places[this.options.indexOf(option)];
    if (item.press) {
      this.root.close();
      document.querySelector(item.press)?.click();
    } else if (item.fields) {
      this.send(item);
    } else if (aside) {
      window.open(item.url);
    } else {
      this.root.close();
      location.assign(item.url);
    }
  }

  send(item) {
    const form = make("form", "");
    form.method = "post";
    form.action = item.url;
    const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
    const here = location.pathname + location.search;
    const fields = { ...item.fields, ...("next" in item.fields ? { next: here } : {}), csrf_token: token };
    for (const [name, value] of Object.entries(fields)) {
      const field = make("input", "");
      Object.assign(field, { type: "hidden", name, value });
      form.append(field);
    }
    document.body.append(form);
    form.requestSubmit();
  }

  rest() {
    clearTimeout(this.timer);
    this.timer = null;
    this.abort?.abort();
    this.abort = null;
    this.entered = false;
    this.input.value = "";
    this.said.textContent = "";
    this.list.replaceChildren();
    this.list.hidden = true;
    this.note.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.mark(-1);
  }
}

function make(tag, name, text = "") {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.textContent = text;
  return element;
}

const box = palette ? new Palette(palette) : null;

// Opens it with what was typed already. False where there is none, or another dialog asks something.
export function openPalette(text = "") {
  if (!box || document.querySelector("dialog[open]:not(#palette)")) return false;
  box.open(text);
  return true;
}

function take(field) {
  if (openPalette(field.value)) field.value = "";
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-palette-open]")) take(event.target);
});

document.addEventListener("click", (event) => {
  if (event.target.matches("[data-palette-open]")) take(event.target);
});

// Typed before this script had come.
const early = document.querySelector("[data-palette-open]");
if (early?.value && document.activeElement === early) take(early);
