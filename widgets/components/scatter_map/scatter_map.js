// The map in the app: hands what Python sends to a MapView, and what the viewer does back to Python.
// The pieces of a map arrive as components of their own and meet on `globalThis.lookalikeMaps`, under its name.

const views = new WeakMap();

function meeting(name) {
  const maps = (globalThis.lookalikeMaps ??= new Map());
  if (!maps.has(name)) maps.set(name, {});
  return maps.get(name);
}

class Bridge {
  constructor(root, name) {
    this.meet = meeting(name);
    this.read = {};
    this.number = 0;
    this.view = new MapView(root, this);
    this.meet.changed = (what) => this.arrived(what);
  }

  update(component) {
    this.component = component;
    const data = component.data;
    this.view.root.querySelector(".map").style.setProperty("--map-height", data.height + "px");
    this.arrived();
    if (data.chosen !== this.chosen) {
      this.chosen = data.chosen;
      this.view.showChosen(data.chosen);
    }
    if (this.epoch !== undefined && this.epoch !== data.epoch) this.view.showSelection([]);
    this.epoch = data.epoch;
    this.view.later(); // the theme may be another
  }

  arrived(what) {
    if (what === "ask") return this.view.pictures.next();
    if (what === "pictures") return this.view.pictures.take(this.meet.answer);
    for (const kind of ["places", "colours"]) {
      const packet = this.meet[kind];
      if (!packet) return;
      if (this.read[kind]?.packet !== packet) this.read[kind] = { packet, head: unpack(packet) };
    }
    this.view.showPlaces(this.read.places.head);
    this.view.showColours(this.read.colours.head);
  }

  // ---- what the view has to say

  ask(small, large) {
    if (!this.meet.ask) return false;
    this.meet.ask({ small, large, number: ++this.number });
    return true;
  }

  open(id) {
    this.component.setTriggerValue("open", { id, at: Date.now() });
  }

  choose(category) {
    if (this.component.data.choosable) this.component.setTriggerValue("choose", { category, at: Date.now() });
  }

  select(flags, count, places) {
    const bits = new Uint8Array(Math.ceil(places.n / 8));
    flags.forEach((flag, row) => {
      if (flag) bits[row >> 3] |= 1 << (row & 7);
    });
    const value = count && { epoch: this.epoch, signature: places.signature, bits: toBase64(bits) };
    this.component.setStateValue("selection", value || null);
  }

  keep(seen) {
    this.meet.seen = seen;
  }

  seen() {
    return this.meet.seen;
  }
}

export default function (component) {
  const root = component.parentElement;
  let bridge = views.get(root);
  if (!bridge) {
    bridge = new Bridge(root, component.data.map);
    views.set(root, bridge);
  }
  bridge.update(component);
  return () => {
    bridge.view.close();
    views.delete(root);
  };
}
