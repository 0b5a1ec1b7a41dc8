// Draw, move and clear a box on a picture. What is reported are fractions of width and height.

const instances = new WeakMap();
const LEAST = 0.04;

const clamp = (v) => Math.max(0, Math.min(1, v));

class Region {
  constructor(root) {
    this.root = root;
    this.stage = root.querySelector(".stage");
    this.box = root.querySelector(".box");
    this.image = root.querySelector("img");
    this.region = null;
    this.sent = "";
    this.stage.onpointerdown = (event) => this.begin(event);
    this.stage.onpointermove = (event) => this.drag(event);
    this.stage.onpointerup = (event) => this.end(event);
    this.stage.onpointercancel = () => (this.grip = null);
    this.box.onkeydown = (event) => this.onKey(event);
    root.querySelector(".whole").onclick = () => this.set(null, true);
    root.querySelector(".middle").onclick = () => this.set({ left: 0.25, top: 0.25, right: 0.75, bottom: 0.75 }, true);
  }

  update(component) {
    this.component = component;
    const data = component.data || {};
    if (this.image.getAttribute("src") !== data.src) this.image.src = data.src || "";
    this.image.alt = data.alt || "";
    if (!this.grip) this.set(data.region || null, false);
  }

  at(event) {
    const area = this.stage.getBoundingClientRect();
    return { x: clamp((event.clientX - area.left) / area.width), y: clamp((event.clientY - area.top) / area.height) };
  }

  begin(event) {
    event.preventDefault();
    const p = this.at(event);
    const inside = event.target === this.box && this.region;
    this.grip = inside ? { move: true, from: p, old: { ...this.region } } : { move: false, from: p };
    this.stage.setPointerCapture(event.pointerId);
  }

  drag(event) {
    if (!this.grip) return;
    const p = this.at(event);
    const { from, old, move } = this.grip;
    if (move) this.set(this.shifted(old, p.x - from.x, p.y - from.y), false);
    else
      this.set({
        left: Math.min(from.x, p.x), top: Math.min(from.y, p.y),
        right: Math.max(from.x, p.x), bottom: Math.max(from.y, p.y),
      }, false);
  }

  end() {
    if (!this.grip) return;
    this.grip = null;
    const r = this.region;
    const real = r && r.right - r.left >= LEAST && r.bottom - r.top >= LEAST;
    this.set(real ? r : null, true);
  }

  shifted(r, dx, dy) {
    const x = Math.max(-r.left, Math.min(1 - r.right, dx));
    const y = Math.max(-r.top, Math.min(1 - r.bottom, dy));
    return { left: r.left + x, top: r.top + y, right: r.right + x, bottom: r.bottom + y };
  }

  onKey(event) {
    const steps = { ArrowLeft: [-0.02, 0], ArrowRight: [0.02, 0], ArrowUp: [0, -0.02], ArrowDown: [0, 0.02] };
    if (event.key === "Delete" || event.key === "Escape") this.set(null, true);
    else if (event.key in steps && this.region) {
      const [dx, dy] = steps[event.key];
      const r = this.region;
      if (event.shiftKey)
        this.set({ ...r, right: clamp(Math.max(r.left + LEAST, r.right + dx)), bottom: clamp(Math.max(r.top + LEAST, r.bottom + dy)) }, true);
      else this.set(this.shifted(r, dx, dy), true);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  set(region, send) {
    this.region = region;
    this.root.querySelector(".whole").hidden = !region;
    this.root.querySelector(".middle").hidden = Boolean(region);
    this.box.hidden = !region;
    if (region) {
      this.box.style.left = region.left * 100 + "%";
      this.box.style.top = region.top * 100 + "%";
      this.box.style.width = (region.right - region.left) * 100 + "%";
      this.box.style.height = (region.bottom - region.top) * 100 + "%";
    }
    if (!send) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.component.setTriggerValue("region", { region, at: Date.now() }), 150);
  }
}

export default function (component) {
  const root = component.parentElement;
  let picker = instances.get(root);
  if (!picker || !root.contains(picker.stage)) {
    picker = new Region(root);
    instances.set(root, picker);
  }
  picker.update(component);
  return () => {
    clearTimeout(picker.timer);
    instances.delete(root);
  };
}
