// Two pictures side by side, judged with one key each. Names are untrusted and only ever go through
// textContent; the addresses of pictures are data: URIs that Python made.

const ANSWERS = [
  ["duplicate", "d", "Duplicate"],
  ["different", "f", "Different"],
  ["unsure", "s", "Not sure"],
  ["undo", "u", "Undo"],
];

class Side {
  constructor(root) {
    this.root = root;
    this.answers = root.querySelector(".answers");
    this.buttons = ANSWERS.map(([kind, key, text]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "answer " + kind;
      const cap = document.createElement("kbd");
      cap.textContent = key.toUpperCase();
      button.append(cap, document.createTextNode(text));
      button.setAttribute("aria-keyshortcuts", key.toUpperCase());
      button.onclick = () => this.answer(kind);
      this.answers.append(button);
      return [kind, button];
    });
    this.key = "";
    this.waiting = false;
    // Keys are heard wherever the focus is, except where somebody types or has opened something.
    this.down = (event) => this.onDown(event);
    this.up = (event) => this.onUp(event);
    document.addEventListener("keydown", this.down, true);
    document.addEventListener("keyup", this.up, true);
    this.takeFocus();
  }

  // A button that was just clicked would take the space bar for itself.
  takeFocus() {
    this.root.querySelector(".side").focus({ preventScroll: true });
  }

  stop() {
    document.removeEventListener("keydown", this.down, true);
    document.removeEventListener("keyup", this.up, true);
  }

  update(component) {
    this.component = component;
    const data = component.data || {};
    this.data = data;
    const turn = data.key + " " + data.turn;
    if (turn !== this.turn) {
      this.turn = turn;
      this.waiting = false;
      this.peek(false);
    }
    this.fill(".left", data.left || {});
    this.fill(".right", data.right || {});
    for (const [kind, button] of this.buttons) button.disabled = kind === "undo" ? !data.undo : !data.left;
    this.root.querySelector(".last").textContent = data.last || "";
    this.root.querySelector(".side").classList.toggle("waiting", this.waiting);
    this.root.querySelector(".side").setAttribute("aria-label", data.title || "");
  }

  fill(where, picture) {
    const box = this.root.querySelector(where);
    const image = box.querySelector("img");
    if (image.getAttribute("src") !== (picture.src || "")) image.src = picture.src || "";
    image.hidden = !picture.src;
    image.alt = picture.name || "";
    box.querySelector(".lost").hidden = Boolean(picture.src);
    const name = box.querySelector(".name");
    name.textContent = picture.name || "";
    name.title = picture.full || "";
    box.querySelector(".facts").textContent = picture.facts || "";
  }

  answer(kind) {
    if (this.waiting || (kind === "undo" ? !this.data.undo : !this.data.left)) return;
    this.waiting = true; // the next key is for the next pair, not for this one again
    this.root.querySelector(".side").classList.add("waiting");
    this.takeFocus();
    this.component.setTriggerValue("act", { kind, key: this.data.key, at: Date.now() });
  }

  peek(on) {
    const image = this.root.querySelector(".left img");
    const other = on ? this.data.right : this.data.left;
    if (other && other.src && image.getAttribute("src") !== other.src) image.src = other.src;
    this.root.querySelector(".side").classList.toggle("peeking", on);
  }

  onDown(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || busyElsewhere(event)) return;
    const key = event.key.toLowerCase();
    const known = ANSWERS.find((answer) => answer[1] === key);
    if (key === " " && this.data.left && !event.composedPath().some((n) => n instanceof HTMLButtonElement)) {
      if (!event.repeat) this.peek(true);
    } else if (known && !event.repeat) this.answer(known[0]);
    else return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has shortcuts of its own
  }

  onUp(event) {
    if (event.key === " ") this.peek(false);
  }
}

export default function (component) {
  return lookAfter(component, Side, (side) => side.answers);
}
