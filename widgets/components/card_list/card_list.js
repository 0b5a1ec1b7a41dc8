// Cards with a colour, a name, pictures and what can be done. Names are untrusted and only ever go through
// textContent; pictures are data: URIs that Python made, and colours are #RRGGBB from a fixed table.

function button(className, text, label, onClick) {
  const node = make("button", className, text);
  node.type = "button";
  if (label) {
    node.title = label;
    node.setAttribute("aria-label", label);
  }
  node.onclick = onClick;
  return node;
}

function pictures(card, items, send, small) {
  const list = make("ul", small ? "pictures small" : "pictures");
  for (const item of items) {
    const open = button("picture", null, item.full || item.name, () => send("open", card.key, item.id));
    if (item.src) {
      open.append(thumbnail(item.src));
    } else {
      open.append(make("span", "lost", "no preview"));
    }
    const cell = make("li");
    cell.append(open);
    list.append(cell);
  }
  return list;
}

function draw(card, data, send) {
  const box = make("section", card.chosen ? "card chosen" : "card");
  const head = make("div", "head");
  if (card.colour) {
    const swatch = make("span", "swatch");
    swatch.style.background = card.colour;
    head.append(swatch);
  }
  if (card.choose) {
    const title = button("title", card.title, null, () => send("choose", card.key, 0));
    title.title = card.title;
    if (card.chosen) title.setAttribute("aria-current", "true");
    head.append(title);
  } else {
    head.append(make("span", "title still", card.title));
  }
  if (card.size) head.append(make("span", "size", card.size));
  box.append(head);
  if ((card.pictures || []).length) box.append(pictures(card, card.pictures, send, false));
  const body = make("div", "body");
  (card.lines || []).forEach((line, at) => body.append(make("span", data.layout === "side" && !at ? "line strong" : "line", line)));
  if ((card.others || []).length) body.append(pictures(card, card.others, send, true));
  if (card.bar) {
    const bar = make("div", "bar");
    const track = make("span", "track");
    const fill = make("span", "fill");
    fill.style.width = Math.round(100 * Math.max(0, Math.min(1, card.bar.share))) + "%";
    fill.style.background = card.colour || "var(--st-primary-color)";
    track.append(fill);
    bar.append(track, make("span", "", card.bar.text));
    body.append(bar);
  }
  const acts = make("div", "acts");
  for (const act of card.acts || []) {
    const one = button(act.primary ? "act primary" : "act", act.text, null, () => send(act.kind, card.key, 0));
    if (act.hint) one.title = act.hint;
    one.setAttribute("aria-label", act.text + ": " + card.title);
    acts.append(one);
  }
  if (acts.childNodes.length) body.append(acts);
  if (body.childNodes.length) box.append(body);
  return box;
}

export default function (component) {
  const send = (kind, card, id) => component.setTriggerValue("act", { kind, card, id, at: Date.now() });
  redraw(component, ".cards", (root, data) => {
    root.replaceChildren(...(data.cards || []).map((card) => draw(card, data, send)));
    root.className = "cards " + (data.layout || "");
    root.setAttribute("aria-label", data.title || "");
  });
}
