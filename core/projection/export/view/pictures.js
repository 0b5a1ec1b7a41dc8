// The thumbnails: which are known, which are wanted, and where they fit when the map is zoomed in.

const SHOWN = 150; // at most so many at once
const KEPT = 3000;

class Pictures {
  // `ask(small, large)` fetches thumbnails: small ones for the map, large ones for the card under the pointer.
  // `changed` is called when there is more to draw, `come` at once when the picture under the pointer has come.
  constructor(ask, changed, come) {
    this.ask = ask;
    this.come = come;
    this.changed = changed;
    this.known = new Map(); // id → { image, small, large, about }
    this.wanted = [];
    this.hovered = null;
    this.waiting = null;
    this.timer = 0;
  }

  get(id) {
    return this.known.get(id);
  }

  // What was asked for has come: { small: {id: base64}, large: {id: base64}, about: {id: [line, …]} }.
  take(answer) {
    for (const kind of ["small", "large", "about"]) {
      for (const [id, value] of Object.entries(answer[kind] || {})) this.keep(Number(id), kind, value);
    }
    while (this.known.size > KEPT) this.known.delete(this.known.keys().next().value);
    this.waiting = null;
    if (answer.large && this.hovered in answer.large) this.come();
    this.changed();
    this.next();
  }

  keep(id, kind, value) {
    const one = this.known.get(id) || {};
    this.known.delete(id); // to the end: what was used last is kept longest
    this.known.set(id, one);
    one[kind] = kind === "about" ? value : value && "data:image/jpeg;base64," + value;
    if (kind !== "small" || !value) return;
    const image = new Image();
    image.onload = () => {
      one.image = image;
      this.changed();
    };
    image.src = one.small;
  }

  hover(id) {
    this.hovered = id;
    this.soon(0);
  }

  want(ids) {
    this.wanted = ids;
    this.soon(60);
  }

  soon(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.next(), delay);
  }

  // One question at a time, the picture under the pointer first; what is no longer wanted is never asked for.
  next() {
    if (this.waiting && performance.now() - this.waiting < 4000) return;
    const lacking = (id, kind) => (this.known.get(id) || {})[kind] === undefined;
    const large = this.hovered !== null && lacking(this.hovered, "large") ? [this.hovered] : [];
    const small = large.length ? [] : this.wanted.filter((id) => lacking(id, "small")).slice(0, 40);
    if (!large.length && !small.length) return;
    this.waiting = performance.now();
    this.soon(4100); // an answer may be lost
    if (this.ask(small, large) === false) this.waiting = null; // nobody there yet: `next` is called when there is
  }
}

// Which of the pictures in view fit side by side, the first rows first, as [row, x, y] in pixels.
function layWall(places, rows, toScreen, side) {
  const cells = new Map();
  const laid = [];
  for (const row of rows) {
    const [x, y] = toScreen(places.x(row), places.y(row));
    const [cx, cy] = [Math.floor(x / side), Math.floor(y / side)];
    let free = true;
    for (let dx = -1; free && dx <= 1; dx++) {
      for (let dy = -1; free && dy <= 1; dy++) {
        const other = cells.get((cx + dx) * 4096 + cy + dy);
        if (other && Math.abs(other[1] - x) < side && Math.abs(other[2] - y) < side) free = false;
      }
    }
    if (!free) continue;
    const one = [row, x, y];
    cells.set(cx * 4096 + cy, one);
    laid.push(one);
    if (laid.length >= SHOWN) break;
  }
  return laid;
}
