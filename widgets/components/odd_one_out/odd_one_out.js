// Ten pictures of one cluster, the odd ones marked with one key each. Names are untrusted and only ever go
// through textContent; the addresses of pictures are data: URIs that Python made.

class Walk {
  constructor(root) {
    this.root = root;
    this.box = root.querySelector(".walk");
    this.list = root.querySelector(".shown");
    this.odd = new Set();
    this.turn = null;
    this.waiting = false;
    root.querySelector(".next").onclick = () => this.next();
    root.querySelector(".undo").onclick = () => this.undo();
    // Keys are heard wherever the focus is, except where somebody types or has opened something.
    this.down = (event) => this.onDown(event);
    document.addEventListener("keydown", this.down, true);
    this.box.focus({ preventScroll: true });
  }

  stop() {
    document.removeEventListener("keydown", this.down, true);
  }

  update(component) {
    this.component = component;
    const data = component.data || {};
    this.data = data;
    const turn = data.key + " " + data.turn;
    if (turn !== this.turn) {
      this.turn = turn;
      this.waiting = false;
      this.odd = new Set(data.odd || []);
      this.draw();
    }
    this.root.querySelector(".last").textContent = data.last || "";
    this.root.querySelector(".undo").disabled = !data.undo;
    this.root.querySelector(".next").disabled = !(data.items || []).length;
    this.root.querySelector(".hint").hidden = !(data.items || []).length;
    this.box.setAttribute("aria-label", data.title || "");
    this.paint();
  }

  draw() {
    this.buttons = (this.data.items || []).map((item, at) => {
      const one = make("button", "one");
      one.type = "button";
      const key = String((at + 1) % 10);
      one.setAttribute("aria-keyshortcuts", key);
      one.setAttribute("aria-label", key + ": " + (item.full || item.name));
      if (item.src) {
        const image = make("img");
        image.alt = "";
        image.draggable = false;
        image.src = item.src;
        one.append(image);
      } else {
        one.append(make("span", "lost", "no preview"));
      }
      one.append(make("kbd", "", key), make("span", "odd", "odd"));
      one.onclick = () => this.toggle(at);
      return one;
    });
    const cells = this.buttons.map((one, at) => {
      const cell = make("li");
      const item = this.data.items[at];
      const name = make("span", "name", item.name);
      name.title = item.full || item.name;
      cell.append(one, name);
      return cell;
    });
    this.list.replaceChildren(...cells);
  }

  paint() {
    this.buttons.forEach((one, at) => one.setAttribute("aria-pressed", String(this.odd.has(this.data.items[at].id))));
    this.box.classList.toggle("waiting", this.waiting);
    const many = this.odd.size;
    const said = many ? `${many} odd, the others belong` : "All belong here";
    this.root.querySelector(".next span").textContent = `${said}: ${this.data.final ? "finish" : "next cluster"}`;
  }

  toggle(at) {
    const item = (this.data.items || [])[at];
    if (this.waiting || !item) return;
    if (!this.odd.delete(item.id)) this.odd.add(item.id);
    this.paint();
  }

  next() {
    if (this.waiting || !(this.data.items || []).length) return;
    this.waiting = true;
    this.paint();
    this.box.focus({ preventScroll: true });
    this.component.setTriggerValue("act", { kind: "next", key: this.data.key, odd: [...this.odd], at: Date.now() });
  }

  undo() {
    if (this.waiting || !this.data.undo) return;
    this.waiting = true;
    this.paint();
    this.component.setTriggerValue("act", { kind: "undo", key: this.data.key, odd: [], at: Date.now() });
  }

  onDown(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || busyElsewhere(event)) return;
    const key = event.key.toLowerCase();
    const onButton = event.composedPath().some((n) => n instanceof HTMLButtonElement);
    if (/^[0-9]$/.test(key)) this.toggle((Number(key) + 9) % 10);
    else if (key === "enter" && !onButton) this.next();
    else if (key === "u") this.undo();
    else return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has shortcuts of its own
  }
}

export default function (component) {
  return lookAfter(component, Walk, (walk) => walk.list);
}
