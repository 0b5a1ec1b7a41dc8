// Keys work wherever the focus is, except in a field or where something is open.

function busyElsewhere(event) {
  const path = event.composedPath();
  return path.some(
    (node) =>
      node instanceof Element &&
      (node.matches("input, textarea, select, [contenteditable=true], [role=slider], [role=combobox]") ||
        node.matches("[role=dialog], [role=listbox], [role=menu]")),
  );
}

const instances = new WeakMap();

// The object of `Kind` that looks after this component: made once, and stopped when the component goes. `alive` says
// whether the element that it draws into is still there.
function lookAfter(component, Kind, alive) {
  const root = component.parentElement;
  let one = instances.get(root);
  if (!one || !root.contains(alive(one))) {
    if (one) one.stop();
    one = new Kind(root);
    instances.set(root, one);
  }
  one.update(component);
  return () => {
    one.stop();
    instances.delete(root);
  };
}
