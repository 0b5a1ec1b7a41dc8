// Pointer, wheel, fingers and keys, told to the map as a few plain actions.

class Hands {
  constructor(stage, map) {
    this.stage = stage;
    this.map = map;
    this.down = new Map();
    this.line = null;
    stage.onpointerdown = (event) => this.press(event);
    stage.onpointermove = (event) => this.moved(event);
    stage.onpointerup = stage.onpointercancel = (event) => this.lift(event);
    stage.onpointerleave = () => this.down.size || map.hover(null);
    stage.onwheel = (event) => {
      event.preventDefault();
      const step = event.deltaY * (event.deltaMode === 1 ? 30 : 1);
      map.zoom(Math.exp(-Math.max(-240, Math.min(240, step)) * 0.0025), ...this.at(event));
    };
    stage.onkeydown = (event) => this.key(event);
    stage.ondblclick = (event) => map.tool === "move" && map.zoom(2, ...this.at(event));
  }

  at(event) {
    const box = this.stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  press(event) {
    if (event.button > 0) return;
    this.stage.setPointerCapture(event.pointerId);
    this.stage.focus({ preventScroll: true });
    this.down.set(event.pointerId, this.at(event));
    this.start = this.at(event);
    this.far = 0;
    const tool = this.map.tool === "move" && event.shiftKey ? "lasso" : this.map.tool;
    this.line = this.down.size === 1 && tool !== "move" ? { tool, points: [this.start], add: event.shiftKey } : null;
  }

  moved(event) {
    const now = this.at(event);
    const before = this.down.get(event.pointerId);
    if (!before) return this.map.hover(now);
    if (this.down.size === 2) this.pinch(event.pointerId, now);
    else if (this.line) this.stretch(now);
    else this.map.pan(now[0] - before[0], now[1] - before[1]);
    this.far = Math.max(this.far, Math.hypot(now[0] - this.start[0], now[1] - this.start[1]));
    this.down.set(event.pointerId, now);
  }

  pinch(pointer, now) {
    const [other] = [...this.down].filter(([id]) => id !== pointer).map(([, at]) => at);
    const before = this.down.get(pointer);
    const span = (a, b) => Math.max(10, Math.hypot(a[0] - b[0], a[1] - b[1]));
    const middle = [(now[0] + other[0]) / 2, (now[1] + other[1]) / 2];
    this.line = null;
    this.map.pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
    this.map.zoom(span(now, other) / span(before, other), ...middle);
  }

  stretch(now) {
    const { tool, points } = this.line;
    const [x, y] = this.start;
    if (tool === "box") this.line.points = [[x, y], [now[0], y], now, [x, now[1]]];
    else if (Math.hypot(now[0] - points.at(-1)[0], now[1] - points.at(-1)[1]) > 2) points.push(now);
    this.map.sketch(this.line.points);
  }

  lift(event) {
    if (!this.down.delete(event.pointerId) || this.down.size) return;
    const line = this.line;
    this.line = null;
    this.map.sketch([]);
    if (event.type === "pointercancel") return;
    if (this.far < 5) this.map.click(this.at(event), event.shiftKey);
    else if (line && line.points.length > 2) this.map.enclose(line.points, line.add);
  }

  key(event) {
    const step = 70;
    const keys = {
      ArrowLeft: () => this.map.pan(step, 0),
      ArrowRight: () => this.map.pan(-step, 0),
      ArrowUp: () => this.map.pan(0, step),
      ArrowDown: () => this.map.pan(0, -step),
      "+": () => this.map.zoom(1.5),
      "=": () => this.map.zoom(1.5),
      "-": () => this.map.zoom(1 / 1.5),
      "0": () => this.map.fit(),
      l: () => this.map.use("lasso"),
      b: () => this.map.use("box"),
      m: () => this.map.use("move"),
      Escape: () => this.escape(),
      Enter: () => this.map.openHovered(),
    };
    const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has shortcuts of its own
    act();
  }

  escape() {
    if (!this.line) return this.map.clear();
    this.line = null;
    this.map.sketch([]);
  }
}
