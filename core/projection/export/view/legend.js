// What the colours stand for: categories with their counts, or a bar from little to much. Names are untrusted:
// they only ever go through textContent.

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined && text !== null) node.textContent = text;
  return node;
}

function drawLegend(box, scheme, onChoose) {
  box.replaceChildren();
  box.classList.toggle("bar", !scheme.names);
  if (scheme.names) {
    const list = make("ul", "keys");
    scheme.names.forEach((name, category) => {
      if (!scheme.counts[category + 1]) return;
      list.append(legendKey(name, scheme.colours[category + 1], scheme.counts[category + 1], category, onChoose));
    });
    if (scheme.counts[0]) list.append(legendKey(scheme.rest, scheme.colours[0], scheme.counts[0], -1, onChoose));
    box.append(list);
    return;
  }
  box.append(make("div", "measure", scheme.title));
  const strip = make("div", "strip");
  strip.style.background = `linear-gradient(90deg, ${scheme.colours.slice(1).join(", ")})`;
  const ends = make("div", "ends");
  ends.append(make("span", "", scheme.low), make("span", "", scheme.high));
  box.append(strip, ends);
  if (!scheme.missing) return;
  const none = make("div", "none");
  const swatch = make("span", "swatch");
  swatch.style.background = scheme.colours[0];
  none.append(swatch, make("span", "", `not known (${scheme.missing.toLocaleString("en")})`));
  box.append(none);
}

function legendKey(name, colour, count, category, onChoose) {
  const item = make("li");
  const key = make("button", "key");
  key.type = "button";
  key.dataset.category = category;
  key.setAttribute("aria-pressed", "false");
  key.title = name;
  const swatch = make("span", "swatch");
  swatch.style.background = colour;
  key.append(swatch, make("span", "text", name), make("span", "count", count.toLocaleString("en")));
  key.onclick = () => onChoose(category);
  item.append(key);
  return item;
}
