// Which part of the map is seen: its middle, and how many pixels the whole map is wide.

class Camera {
  constructor() {
    this.x = this.y = 0.5;
    this.k = 500;
    this.width = this.height = 500;
    this.least = 1;
  }

  resize(width, height) {
    this.width = width;
    this.height = height;
  }

  fit(box) {
    const [left, bottom, right, top] = box;
    this.x = (left + right) / 2;
    this.y = (bottom + top) / 2;
    const across = Math.max(right - left, 0.02);
    const up = Math.max(top - bottom, 0.02);
    const room = (side) => Math.max(40, side - 2 * Math.min(44, side * 0.08));
    this.k = Math.min(room(this.width) / across, room(this.height) / up);
    this.least = this.k;
  }

  toScreen = (x, y) => [(x - this.x) * this.k + this.width / 2, (this.y - y) * this.k + this.height / 2];

  toMap(x, y) {
    return [(x - this.width / 2) / this.k + this.x, this.y - (y - this.height / 2) / this.k];
  }

  move(dx, dy) {
    this.x = Math.max(0, Math.min(1, this.x - dx / this.k));
    this.y = Math.max(0, Math.min(1, this.y + dy / this.k));
  }

  // The place under the pointer stays under it.
  zoom(factor, x = this.width / 2, y = this.height / 2) {
    const [mx, my] = this.toMap(x, y);
    this.k = Math.max(this.least * 0.5, Math.min(this.least * 400, this.k * factor));
    this.x = mx - (x - this.width / 2) / this.k;
    this.y = my + (y - this.height / 2) / this.k;
    this.move(0, 0);
  }

  get closeness() {
    return this.k / this.least;
  }

  bounds(margin = 0) {
    const [left, bottom] = this.toMap(-margin, this.height + margin);
    const [right, top] = this.toMap(this.width + margin, -margin);
    return [left, bottom, right, top];
  }
}
