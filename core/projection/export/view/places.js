// Where the pictures are, and which of them lie near a point, in a box or inside a drawn line.
// Places are 0…65535 in both directions; a grid of cells finds neighbours without looking at all of them.

const SIDE = 65535;
const CELLS = 256;

class Places {
  constructor(head) {
    this.n = head.n;
    this.xy = head.xy;
    this.ids = head.ids;
    this.box = head.box; // left, bottom, right, top
    this.signature = head.signature;
    this.index();
  }

  index() {
    const starts = new Uint32Array(CELLS * CELLS + 1);
    const cell = (i) => (this.xy[2 * i + 1] >> 8) * CELLS + (this.xy[2 * i] >> 8);
    for (let i = 0; i < this.n; i++) starts[cell(i) + 1]++;
    for (let c = 0; c < CELLS * CELLS; c++) starts[c + 1] += starts[c];
    const next = starts.slice();
    this.rows = new Uint32Array(this.n);
    for (let i = 0; i < this.n; i++) this.rows[next[cell(i)]++] = i;
    this.starts = starts;
  }

  rowOf(id) {
    if (!this.byId) {
      this.byId = new Map();
      for (let i = 0; i < this.n; i++) this.byId.set(this.ids[i], i);
    }
    return this.byId.get(id);
  }

  x(row) {
    return this.xy[2 * row] / SIDE;
  }

  y(row) {
    return this.xy[2 * row + 1] / SIDE;
  }

  // Calls `found` with each row of the box; stops when it returns false.
  scan(left, bottom, right, top, found) {
    const [l, b, r, t] = [left, bottom, right, top].map((v) => v * SIDE);
    const clamp = (v) => Math.max(0, Math.min(CELLS - 1, Math.floor(v) >> 8));
    for (let cy = clamp(b); cy <= clamp(t); cy++) {
      const from = this.starts[cy * CELLS + clamp(l)];
      const to = this.starts[cy * CELLS + clamp(r) + 1];
      for (let k = from; k < to; k++) {
        const row = this.rows[k];
        const x = this.xy[2 * row];
        const y = this.xy[2 * row + 1];
        if (x >= l && x <= r && y >= b && y <= t && found(row) === false) return;
      }
    }
  }

  // The rows of a box, none at all where there are more than `most`.
  within(left, bottom, right, top, most = Infinity) {
    const rows = [];
    this.scan(left, bottom, right, top, (row) => {
      rows.push(row);
      return rows.length <= most;
    });
    return rows.length > most ? null : rows;
  }

  nearest(x, y, reach) {
    let best = -1;
    let least = reach * reach;
    this.scan(x - reach, y - reach, x + reach, y + reach, (row) => {
      const far = (this.x(row) - x) ** 2 + (this.y(row) - y) ** 2;
      if (far < least) [best, least] = [row, far];
    });
    return best;
  }

  // The rows inside a closed line of [x, y] corners (even-odd rule).
  inside(line) {
    const xs = line.map((p) => p[0]);
    const ys = line.map((p) => p[1]);
    const edge = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
    return this.within(...edge).filter((row) => isInside(line, this.x(row), this.y(row)));
  }
}

function isInside(line, x, y) {
  let inside = false;
  for (let i = 0, j = line.length - 1; i < line.length; j = i++) {
    const [ax, ay] = line[i];
    const [bx, by] = line[j];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}
