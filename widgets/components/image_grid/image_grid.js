// A wall of pictures. Names, labels and captions are untrusted: they only ever go through textContent,
// and the addresses of pictures are data: URIs that Python made.

const instances = new WeakMap();

const KEYS = [
  ["← ↑ → ↓", "move between pictures"],
  ["Enter", "open the picture"],
  ["Space", "select or unselect"],
  ["Shift + click", "select everything in between"],
  ["Ctrl + A", "select all on this page"],
  ["Esc", "clear the selection"],
  ["M", "more like this"],
  ["U", "unlike this"],
  ["F", "favourite, or not any more"],
  ["?", "show or hide these keys"],
];

function button(className, text, label, onClick) {
  const node = make("button", className, text);
  node.type = "button";
  if (label) {
    node.setAttribute("aria-label", label);
    node.title = label;
  }
  node.tabIndex = -1;
  node.onclick = (event) => {
    event.stopPropagation();
    onClick(event);
  };
  return node;
}

class Gallery {
  constructor(root) {
    this.root = root;
    this.grid = root.querySelector(".grid");
    this.bar = root.querySelector(".bar");
    this.help = root.querySelector(".help");
    this.selection = new Set();
    this.epoch = null;
    this.signature = "";
    this.focus = 0;
    this.anchor = 0;
    this.timer = 0;
    this.cards = [];
    this.grid.onkeydown = (event) => this.onKey(event);
    this.fillHelp();
  }

  // Streamlit calls this whenever Python sends other data; `component` carries the way back.
  update(component) {
    this.component = component;
    const data = component.data || {};
    this.data = data;
    this.items = data.items || [];
    if (this.epoch !== data.epoch) {
      // Python has acted on the selection (removed, labelled…): it starts anew.
      this.selection = new Set(data.selected || []);
      this.epoch = data.epoch;
    }
    const signature = JSON.stringify([this.items.map((i) => [i.id, i.name, i.label, i.mark, i.score, i.why, i.rank, i.moved, i.faint, i.star]), data.explain]);
    if (signature !== this.signature) {
      this.signature = signature;
      this.draw();
    }
    if (this.place !== undefined && this.place !== data.place) {
      // Another page: begin at its top, not where the pager was.
      this.root.querySelector(".wall").scrollIntoView({ block: "start" });
    }
    this.place = data.place;
    this.grid.style.setProperty("--cell", (data.cell || 172) + "px");
    this.grid.setAttribute("aria-label", data.title || "Pictures");
    this.paint();
  }

  draw() {
    const focused = this.root.activeElement && this.grid.contains(this.root.activeElement);
    const id = this.cards[this.focus]?.dataset.id;
    this.cards = this.items.map((item, index) => this.card(item, index));
    this.grid.replaceChildren(...this.cards);
    const kept = this.items.findIndex((i) => String(i.id) === id);
    this.focus = Math.max(0, kept);
    this.anchor = this.focus;
    if (focused && this.cards.length) this.tile(this.focus).focus();
  }

  card(item, index) {
    const card = make("li", "card");
    card.dataset.id = item.id;
    if (item.mark) card.dataset.mark = item.mark;
    if (item.faint) card.dataset.faint = "";
    const frame = make("div", "frame");
    const tile = make("button", "tile");
    tile.type = "button";
    const said = [item.full || item.name];
    if (item.star) said.push("favourite");
    if (item.label) said.push("label " + item.label);
    if (item.rank) said.push("result " + item.rank);
    if (item.score !== undefined) said.push("score " + item.score);
    if (item.moved) said.push("moved " + item.moved);
    if (item.faint) said.push("not a good match");
    tile.setAttribute("aria-label", said.join(", "));
    const image = make("img");
    image.alt = "";
    image.decoding = "async";
    image.draggable = false;
    const ratio = item.w && item.h ? item.w / item.h : 1;
    image.className = ratio > 1.7 || ratio < 0.58 ? "whole" : "fill";
    if (item.src) image.src = item.src;
    else tile.append(make("span", "lost", "no preview"));
    tile.append(image);
    tile.onclick = (event) => this.onTile(event, index);
    frame.append(tile);
    frame.append(button("check", "", "Select", (event) => this.onCheck(event, index)));
    if (item.score !== undefined) frame.append(make("span", "score", item.score));
    if (item.mark) frame.append(make("span", "mark", item.mark === "like" ? "like" : "unlike"));
    const actions = make("div", "actions");
    for (const action of this.data.actions || []) {
      if (action.kind === "favourite") frame.append(this.star(item, action, index));
      else actions.append(button("act", action.text, action.hint, () => this.act(action.kind, index)));
    }
    frame.append(actions);
    card.append(frame);
    const foot = make("div", "foot");
    const name = make("div", "name");
    if (item.rank) name.append(make("span", "rank", item.rank));
    const text = make("span", "text", item.name);
    text.title = item.full || item.name;
    name.append(text);
    if (item.moved) {
      const moved = make("span", item.moved.startsWith("↑") ? "moved up" : "moved", item.moved);
      moved.title = "Place before and after looking again";
      name.append(moved);
    }
    foot.append(name);
    if (item.label) foot.append(make("span", "chip", item.label));
    if (this.data.explain) foot.append(this.why(item.why, index));
    card.append(foot);
    return card;
  }

  star(item, action, index) {
    const star = button("star", action.text, action.hint, () => this.act(action.kind, index));
    star.setAttribute("aria-pressed", String(Boolean(item.star)));
    return star;
  }

  why(why, index) {
    const box = make("div", "why");
    for (const part of (why && why.parts) || []) {
      const line = make("div", "part");
      line.title = part.hint;
      line.append(make("span", "partname", part.name));
      const track = make("span", "track");
      const fill = make("span", part.share < 0 ? "level against" : "level");
      fill.style.width = Math.round(Math.min(1, Math.abs(part.share)) * 100) + "%";
      track.append(fill);
      line.append(track, make("span", "word", part.word));
      box.append(line);
    }
    if (why && why.local) {
      const local = button("local", why.local, why.local + ": show where", () => this.act("open", index));
      local.tabIndex = 0;
      box.append(local);
    }
    if (why && why.concepts) box.append(make("div", "concepts", why.concepts));
    return box;
  }

  paint() {
    this.cards.forEach((card, index) => {
      const chosen = this.selection.has(this.items[index].id);
      card.classList.toggle("chosen", chosen);
      const check = card.querySelector(".check");
      check.setAttribute("aria-pressed", String(chosen));
      const tabbable = index === this.focus ? 0 : -1;
      this.tile(index).tabIndex = tabbable;
      card.querySelectorAll(".check, .act, .star").forEach((b) => (b.tabIndex = tabbable));
    });
    this.root.querySelector(".wall").classList.toggle("selecting", this.selection.size > 0);
    const all = this.root.querySelector(".all");
    const page = this.items.length;
    const here = this.items.filter((i) => this.selection.has(i.id)).length;
    all.hidden = !this.data.selectable || page === 0;
    all.textContent = page && here === page ? "Unselect all on this page" : "Select all on this page";
    all.onclick = () => this.selectAll(here !== page);
    const clear = this.root.querySelector(".clear");
    clear.hidden = this.selection.size === 0;
    clear.textContent = "Clear selection";
    clear.onclick = () => this.choose([]);
    const hint = this.root.querySelector(".hint");
    hint.hidden = page === 0;
    hint.onclick = () => this.toggleHelp();
    this.grid.classList.toggle("selectable", Boolean(this.data.selectable));
  }

  tile(index) {
    return this.cards[index].querySelector(".tile");
  }

  act(kind, index) {
    const id = this.items[index].id;
    this.component.setTriggerValue("act", { kind, id, at: Date.now() });
  }

  choose(ids) {
    this.selection = new Set(ids);
    this.paint();
    clearTimeout(this.timer);
    // A quick run of clicks becomes one message.
    this.timer = setTimeout(() => {
      this.component.setStateValue("selection", { epoch: this.epoch, ids: [...this.selection] });
    }, 120);
  }

  toggle(index) {
    const next = new Set(this.selection);
    const id = this.items[index].id;
    if (!next.delete(id)) next.add(id);
    this.anchor = index;
    this.choose(next);
  }

  range(index) {
    const [from, to] = [Math.min(this.anchor, index), Math.max(this.anchor, index)];
    this.choose([...this.selection, ...this.items.slice(from, to + 1).map((i) => i.id)]);
  }

  selectAll(on) {
    const here = this.items.map((i) => i.id);
    this.choose(on ? [...this.selection, ...here] : [...this.selection].filter((id) => !here.includes(id)));
  }

  onTile(event, index) {
    this.focus = index;
    if (this.data.selectable && event.shiftKey) return this.range(index);
    if (this.data.selectable && (event.ctrlKey || event.metaKey)) return this.toggle(index);
    this.anchor = index;
    this.act("open", index);
    return this.paint();
  }

  onCheck(event, index) {
    this.focus = index;
    if (event.shiftKey) this.range(index);
    else this.toggle(index);
  }

  columns() {
    return getComputedStyle(this.grid).gridTemplateColumns.split(" ").length || 1;
  }

  move(to) {
    this.focus = Math.max(0, Math.min(this.items.length - 1, to));
    this.paint();
    this.tile(this.focus).focus();
    this.cards[this.focus].scrollIntoView({ block: "nearest" });
  }

  onKey(event) {
    if (!this.items.length) return;
    const across = this.columns();
    const has = (kind) => (this.data.actions || []).some((a) => a.kind === kind);
    const onTile = event.target.classList.contains("tile");
    const command = event.ctrlKey || event.metaKey;
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across };
    let done = true;
    if (event.key in steps) this.move(this.focus + steps[event.key]);
    else if (event.key === "Home") this.move(0);
    else if (event.key === "End") this.move(this.items.length - 1);
    else if (event.key === " " && onTile && this.data.selectable) this.toggle(this.focus);
    else if (event.key === "Enter" && onTile) this.act("open", this.focus);
    else if (command && event.key.toLowerCase() === "a" && this.data.selectable) this.selectAll(true);
    else if (event.key === "Escape" && !this.help.hidden) this.toggleHelp();
    else if (event.key === "Escape" && this.selection.size) this.choose([]);
    else if (!command && event.key.toLowerCase() === "m" && has("like")) this.act("like", this.focus);
    else if (!command && event.key.toLowerCase() === "u" && has("unlike")) this.act("unlike", this.focus);
    else if (!command && event.key.toLowerCase() === "f" && has("favourite")) this.act("favourite", this.focus);
    else if (event.key === "?") this.toggleHelp();
    else done = false;
    if (done) {
      event.preventDefault();
      event.stopPropagation(); // Streamlit has shortcuts of its own
    }
  }

  fillHelp() {
    const list = this.help.querySelector("dl");
    for (const [key, what] of KEYS) {
      list.append(make("dt", "", key), make("dd", "", what));
    }
  }

  toggleHelp() {
    this.help.hidden = !this.help.hidden;
    this.root.querySelector(".hint").setAttribute("aria-expanded", String(!this.help.hidden));
  }
}

export default function (component) {
  const root = component.parentElement;
  let gallery = instances.get(root);
  if (!gallery || !root.contains(gallery.grid)) {
    gallery = new Gallery(root);
    instances.set(root, gallery);
  }
  gallery.update(component);
  return () => {
    clearTimeout(gallery.timer);
    instances.delete(root);
  };
}
