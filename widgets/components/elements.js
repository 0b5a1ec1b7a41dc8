// What every component here is made of. Untrusted text only ever goes through textContent.

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined && text !== null) node.textContent = text;
  return node;
}

function thumbnail(src) {
  const image = make("img");
  image.alt = "";
  image.decoding = "async";
  image.draggable = false;
  image.src = src;
  return image;
}

const drawn = new WeakMap();

// Draw the part of a component that `selector` finds, if its data changed. What was acted on is redrawn or gone:
// the keyboard focus stays on it, or goes to the first action.
function redraw(component, selector, draw) {
  const root = component.parentElement.querySelector(selector);
  const data = component.data || {};
  const text = JSON.stringify(data);
  if (drawn.get(root) === text) return;
  const called = (button) => button.getAttribute("aria-label") || button.textContent;
  const inside = component.parentElement.activeElement || document.activeElement;
  const focused = inside && root.contains(inside) ? called(inside) : null;
  const scrolled = root.scrollTop;
  draw(root, data);
  root.scrollTop = scrolled;
  drawn.set(root, text);
  if (focused) {
    const again = [...root.querySelectorAll("button")].find((button) => called(button) === focused);
    const next = again || root.querySelector(".act");
    if (next) next.focus({ preventScroll: true });
  }
}
