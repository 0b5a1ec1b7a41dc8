// The map: dots, thumbnails when zoomed in, names, legend, selection. What it is told (`show…`) comes from Python or
// from an exported page; what it has to say goes to the `host`: ask, open, choose, select.

const SAMPLE = 120000; // so many dots are drawn at once; of more, a random part

class MapView {
  constructor(root, host) {
    this.root = root;
    this.host = host;
    const part = (name) => root.querySelector(name);
    [this.stage, this.dots, this.over, this.card, this.legend] = [".stage", ".dots", ".over", ".card", ".legend"].map(part);
    this.camera = new Camera();
    this.pictures = new Pictures((small, large) => host.ask(small, large), () => this.later(false), () => this.paintCard());
    this.tool = "move";
    this.chosen = null;
    this.line = [];
    this.laid = [];
    this.labels = [];
    this.side = 54;
    this.hovered = -1;
    this.budget = SAMPLE;
    this.selectedCount = 0;
    this.setUp();
    this.hands = new Hands(this.stage, this);
    part(".in").onclick = () => this.zoom(1.6);
    part(".out").onclick = () => this.zoom(1 / 1.6);
    part(".whole").onclick = () => this.fit();
    part(".clear").onclick = () => this.clear();
    part(".tools").onpointerdown = part(".clear").onpointerdown = (event) => event.stopPropagation();
    for (const button of root.querySelectorAll(".tool")) button.onclick = () => this.use(button.dataset.tool);
    this.use("move");
    this.watcher = new ResizeObserver(() => this.resized());
    this.watcher.observe(this.stage);
  }

  setUp() {
    this.painter = painterFor(this.dots);
    this.dots.addEventListener("webglcontextlost", (event) => event.preventDefault());
    this.dots.addEventListener("webglcontextrestored", () => {
      this.painter = painterFor(this.dots);
      this.fillAll();
      this.later();
    });
  }

  fillAll() {
    if (this.places) this.painter.setPlaces(this.places);
    if (this.flags) this.painter.setFlags(this.flags);
    if (this.scheme) {
      this.painter.setColours(this.scheme.colour);
      this.painter.setPalette(this.scheme.colours.map(parseColour));
    }
  }

  close() {
    this.watcher.disconnect();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.rest);
    this.closed = true;
  }

  // ---- what is shown

  showPlaces(head) {
    if (this.places && this.places.signature === head.signature) return;
    const first = !this.places;
    this.places = new Places(head);
    this.flags = new Uint8Array(head.n);
    this.selectedCount = 0;
    this.hovered = -1;
    this.scheme = null;
    this.resized(first);
    const kept = this.host.seen?.();
    if (kept && kept.signature === head.signature) Object.assign(this.camera, kept.camera);
    this.painter.setPlaces(this.places);
    this.painter.setFlags(this.flags);
  }

  // Colours are of no use without places, and those of other pictures are never drawn.
  showColours(scheme) {
    if (!this.places || scheme.signature !== this.places.signature) return;
    if (this.scheme?.mark === scheme.mark) return;
    this.scheme = scheme;
    const background = parseColour(this.theme().background);
    const dark = background[0] + background[1] + background[2] < 384;
    scheme.colours = [scheme.none[dark ? 1 : 0], ...scheme.colours.slice(-scheme.shades)];
    this.painter.setColours(scheme.colour);
    this.painter.setPalette(scheme.colours.map(parseColour));
    drawLegend(this.legend, scheme, (category) => this.choose(this.chosen === category ? null : category));
    this.paintLegend();
    this.stage.setAttribute("aria-label", this.summary());
    this.say();
    this.later();
  }

  showChosen(category) {
    this.chosen = category;
    this.paintLegend();
    this.later();
  }

  showSelection(ids) {
    if (!this.places) return;
    this.flags.fill(0);
    for (const id of ids) {
      const row = this.places.rowOf(id);
      if (row !== undefined) this.flags[row] = 1;
    }
    this.selectionChanged(false);
  }

  summary() {
    const named = this.scheme.names ? ` in ${this.scheme.names.length} groups` : ` by ${this.scheme.title}`;
    return `Map of ${this.places.n.toLocaleString("en")} pictures${named}. Arrow keys move, plus and minus zoom, 0 shows all.`;
  }

  theme() {
    const style = getComputedStyle(this.stage);
    const read = (name, other) => style.getPropertyValue(name).trim() || other;
    return {
      background: read("--st-background-color", "#fff"),
      text: read("--st-text-color", "#111"),
      primary: read("--st-primary-color", "#14665A"),
      font: style.fontFamily || "sans-serif",
    };
  }

  // ---- moving about

  resized(anew = false) {
    const { clientWidth: width, clientHeight: height } = this.stage;
    if (!width || !this.places) return;
    const atRest = this.camera.closeness === 1 && !this.moved;
    this.camera.resize(width, height);
    const now = { x: this.camera.x, y: this.camera.y, k: this.camera.k };
    this.camera.fit(this.places.box);
    if (!anew && !atRest) Object.assign(this.camera, now);
    this.later();
  }

  pan(dx, dy) {
    this.camera.move(dx, dy);
    this.movedNow();
  }

  zoom(factor, x, y) {
    this.camera.zoom(factor, x, y);
    this.movedNow();
  }

  fit() {
    this.camera.fit(this.places.box);
    this.movedNow();
    this.moved = false;
  }

  movedNow() {
    this.moved = true;
    this.moving = true;
    this.hover(null);
    clearTimeout(this.rest);
    this.rest = setTimeout(() => {
      this.moving = false;
      const { x, y, k, least } = this.camera;
      this.host.keep?.({ signature: this.places.signature, camera: { x, y, k, least } });
      this.later();
    }, 140);
    this.later();
  }

  // ---- choosing and selecting

  use(tool) {
    this.tool = tool;
    this.stage.dataset.tool = tool;
    for (const button of this.root.querySelectorAll(".tool")) {
      button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    }
  }

  choose(category) {
    this.showChosen(category);
    this.host.choose?.(category);
  }

  paintLegend() {
    for (const key of this.legend.querySelectorAll(".key")) {
      key.setAttribute("aria-pressed", String(Number(key.dataset.category) === this.chosen && this.chosen !== null));
    }
    this.legend.toggleAttribute("data-choosing", this.chosen !== null);
  }

  sketch(line) {
    this.line = line;
    this.later(false);
  }

  enclose(line, add) {
    if (!this.places) return;
    if (!add) this.flags.fill(0);
    for (const row of this.places.inside(line.map(([x, y]) => this.camera.toMap(x, y)))) this.flags[row] = 1;
    this.selectionChanged(true);
  }

  clear() {
    if (!this.selectedCount) return this.chosen !== null && this.choose(null);
    this.flags.fill(0);
    return this.selectionChanged(true);
  }

  selectionChanged(tell) {
    this.selectedCount = this.flags.reduce((sum, flag) => sum + flag, 0);
    this.painter.setFlags(this.flags);
    this.say();
    this.later();
    if (tell) this.host.select?.(this.flags, this.selectedCount, this.places);
  }

  say() {
    if (!this.places) return;
    const number = (n) => n.toLocaleString("en");
    const parts = [`${number(this.places.n)} ${this.places.n === 1 ? "picture" : "pictures"}`];
    if (this.count < this.places.n && !this.moving) parts.push(`${number(this.count)} drawn, zoom in for all`);
    if (this.selectedCount) parts.push(`${number(this.selectedCount)} selected`);
    const text = parts.join(" · ");
    const status = this.root.querySelector(".status");
    if (status.textContent !== text) status.textContent = text;
    this.root.querySelector(".clear").hidden = !this.selectedCount;
    this.root.querySelector(".map").dataset.selected = this.selectedCount;
  }

  // ---- the picture under the pointer

  pick(x, y) {
    for (const [row, px, py] of this.laid) {
      if (Math.abs(px - x) < this.side / 2 && Math.abs(py - y) < this.side / 2) return row;
    }
    const [mx, my] = this.camera.toMap(x, y);
    return this.places.nearest(mx, my, Math.max(7, this.size() / 2 + 3) / this.camera.k);
  }

  hover(at) {
    const row = at && this.places && this.scheme ? this.pick(...at) : -1;
    if (row === this.hovered) return;
    this.hovered = row;
    this.stage.toggleAttribute("data-over", row >= 0);
    this.pictures.hover(row < 0 ? null : this.places.ids[row]);
    this.later(false);
  }

  click(at, add) {
    const row = this.places ? this.pick(...at) : -1;
    if (row < 0) return;
    if (add || this.tool !== "move") {
      this.flags[row] ^= 1;
      this.selectionChanged(true);
    } else this.host.open?.(this.places.ids[row]);
  }

  openHovered() {
    if (this.hovered >= 0) this.host.open?.(this.places.ids[this.hovered]);
  }

  paintCard() {
    const row = this.hovered;
    const id = row < 0 ? null : this.places.ids[row];
    const known = id === null ? null : this.pictures.get(id) || {};
    this.card.hidden = row < 0;
    this.root.querySelector(".map").dataset.hovered = id ?? "";
    if (row < 0) return;
    const image = this.card.querySelector("img");
    const source = known.large || known.small;
    if (source) image.src !== source && (image.src = source);
    else image.removeAttribute("src");
    this.card.dataset.shown = source ? id : "";
    const lines = (known.about || []).map((line) => make("div", "", line));
    if (this.scheme.names) {
      const of = make("div", "of");
      const swatch = make("span", "swatch");
      swatch.style.background = this.scheme.colours[this.scheme.colour[row]];
      of.append(swatch, make("span", "", this.nameOf(row)));
      lines.push(of);
    }
    this.card.querySelector(".lines").replaceChildren(...lines);
    const [x, y] = this.camera.toScreen(this.places.x(row), this.places.y(row));
    const [w, h] = [this.card.offsetWidth, this.card.offsetHeight];
    const left = x + 18 + w < this.camera.width ? x + 18 : x - 18 - w;
    const top = Math.max(6, Math.min(this.camera.height - h - 6, y - h / 2));
    this.card.style.transform = `translate(${Math.round(Math.max(6, left))}px, ${Math.round(top)}px)`;
  }

  nameOf(row) {
    const category = this.scheme.colour[row] - 1;
    return category < 0 ? this.scheme.rest : this.scheme.names[category];
  }

  // ---- drawing

  // The dots are drawn again only where they have changed: without a graphics card that takes its time.
  later(dots = true) {
    this.stale ||= dots;
    if (this.frame || this.closed) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  size() {
    const few = Math.max(0, Math.min(1, (5 - Math.log10(Math.max(1, this.places.n))) / 2.5));
    return Math.min(11, (2.4 + 3.6 * few) * this.camera.closeness ** 0.35);
  }

  // How many dots are drawn: all where they are few; of many, more the closer one looks; fewer while the map
  // moves and the machine cannot keep up.
  howMany() {
    const near = Math.min(this.places.n, Math.round(SAMPLE * this.camera.closeness ** 2));
    return this.moving ? Math.min(near, this.budget) : near;
  }

  draw() {
    if (!this.places || !this.scheme || !this.camera.width) return;
    const ratio = Math.min(2, devicePixelRatio || 1);
    if (this.stale) {
      if (!this.painter.done()) return this.later();
      this.paced();
      this.stale = false;
      this.drawDots(ratio);
    }
    this.drawOver(ratio);
    this.paintCard();
    this.say();
    this.tellDrawn();
  }

  drawDots(ratio) {
    this.count = this.howMany();
    this.painter.draw({
      camera: this.camera,
      width: this.camera.width,
      height: this.camera.height,
      ratio,
      count: this.count,
      size: this.size(),
      opacity: this.places.n > 20000 ? 0.75 : 0.88,
      faint: this.places.n > 20000 ? 0.1 : 0.3,
      chosen: this.selectedCount || this.chosen === null ? -1 : this.chosen + 1,
      choosing: this.selectedCount > 0 || this.chosen !== null,
    });
  }

  // A frame that took long while the map moves: fewer dots in the next one, and more again when it is quick.
  paced() {
    const now = performance.now();
    const took = now - (this.last || 0);
    this.last = now;
    if (!this.moving || took > 1000) return;
    if (took > 45) this.budget = Math.max(15000, Math.min(this.budget, this.places.n) * 0.75);
    else if (took < 25) this.budget = Math.min(SAMPLE, this.budget * 1.15);
  }

  // For those who wait: the first picture is there once the graphics card has done its part.
  tellDrawn() {
    const box = this.root.querySelector(".map");
    if (box.dataset.drawn === this.places.signature) return;
    if (this.painter.done()) box.dataset.drawn = this.places.signature;
    else setTimeout(() => this.closed || this.tellDrawn(), 4);
  }

  drawOver(ratio) {
    const { width, height } = this.camera;
    const theme = this.theme();
    const pen = this.over.getContext("2d");
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.over.width !== w || this.over.height !== h) [this.over.width, this.over.height] = [w, h];
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    this.layPictures();
    const look = (row) => {
      const category = this.scheme.colour[row] - 1;
      const selected = this.flags[row] === 1;
      const quiet = this.selectedCount ? !selected : this.chosen !== null && category !== this.chosen;
      return { colour: selected ? theme.primary : this.scheme.colours[category + 1], quiet, selected };
    };
    drawWall(pen, this.laid, this.side, this.pictures, this.places.ids, look);
    const labels = (this.scheme.labels || []).map(([category, x, y]) => {
      const [px, py] = this.camera.toScreen(x, y);
      return { category, name: shortened(this.scheme.names[category]), x: px, y: py };
    });
    labels.sort((a, b) => (b.category === this.chosen) - (a.category === this.chosen));
    const named = drawNames(pen, labels, this.chosen ?? -1, theme, width, height);
    if (this.hovered >= 0) {
      const at = this.camera.toScreen(this.places.x(this.hovered), this.places.y(this.hovered));
      if (!this.laid.some(([row]) => row === this.hovered)) drawRing(pen, ...at, this.size() / 2 + 3, theme);
    }
    drawLine(pen, this.line, theme);
    const box = this.root.querySelector(".map");
    box.dataset.wall = this.laid.filter(([row]) => this.pictures.get(this.places.ids[row])?.image).length;
    box.dataset.names = named;
  }

  // Thumbnails in the place of dots, once few enough pictures are in view to tell them apart.
  layPictures() {
    const rows = this.places.within(...this.camera.bounds(40), 500);
    if (rows && this.k !== this.camera.k) {
      // Larger the fewer there are; the same while the map is only moved.
      const room = Math.sqrt((this.camera.width * this.camera.height) / (rows.length + 1));
      this.side = Math.round(Math.max(54, Math.min(110, room * 0.85)));
      this.k = this.camera.k;
    }
    this.laid = rows ? layWall(this.places, rows.sort((a, b) => a - b), this.camera.toScreen, this.side) : [];
    const wanted = this.laid.map(([row]) => this.places.ids[row]);
    if (String(wanted) !== String(this.pictures.wanted)) this.pictures.want(wanted);
  }
}

function shortened(name) {
  return name.length > 32 ? name.slice(0, 31) + "…" : name;
}

function parseColour(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}
