// Keys are heard wherever the focus is, except where somebody types or has opened something.

function busyElsewhere(event) {
  const path = event.composedPath();
  return path.some(
    (node) =>
      node instanceof Element &&
      (node.matches("input, textarea, select, [contenteditable=true], [role=slider], [role=combobox]") ||
        node.matches("[role=dialog], [role=listbox], [role=menu]")),
  );
}
