// Sets of pictures that may be copies of one another, with what can be done to each set and each picture.
// Names are untrusted and only ever go through textContent; pictures are data: URIs that Python made.

function cell(item, row, send) {
  const box = make("li", "cell");
  if (item.tone) box.dataset.tone = item.tone;
  const frame = make("div", "frame");
  const open = make("button", "open");
  open.type = "button";
  open.setAttribute("aria-label", [item.badge, item.full || item.name, item.under].filter(Boolean).join(", "));
  open.title = item.full || item.name;
  if (item.src) {
    open.append(thumbnail(item.src));
  } else {
    open.append(make("span", "lost", "no preview"));
  }
  open.onclick = () => send("open", row.key, item.id);
  frame.append(open);
  if (item.badge) frame.append(make("span", "badge", item.badge));
  const acts = make("div", "itemacts");
  for (const act of item.acts || []) {
    const button = make("button", "itemact", act.text);
    button.type = "button";
    if (act.hint) button.title = act.hint;
    button.setAttribute("aria-label", act.text + ": " + item.name);
    button.onclick = () => send(act.kind, row.key, item.id);
    acts.append(button);
  }
  if (acts.childNodes.length) frame.append(acts);
  box.append(frame);
  const name = make("span", "name", item.name);
  name.title = item.full || item.name;
  box.append(name);
  for (const line of item.lines || []) box.append(make("span", "line", line));
  return box;
}

function draw(root, data, send) {
  const rows = (data.rows || []).map((row) => {
    const box = make("section", "row");
    const head = make("div", "head");
    const words = make("div", "words");
    words.append(make("span", "title", row.title));
    for (const chip of row.chips || []) words.append(make("span", "chip", chip));
    for (const note of row.notes || []) words.append(make("span", "note", note));
    head.append(words);
    const acts = make("div", "acts");
    for (const act of row.acts || []) {
      const button = make("button", act.primary ? "act primary" : "act", act.text);
      button.type = "button";
      if (act.hint) button.title = act.hint;
      if (act.pressed !== undefined && act.pressed !== null) button.setAttribute("aria-pressed", String(act.pressed));
      button.setAttribute("aria-label", act.text + ": " + row.title);
      button.onclick = () => send(act.kind, row.key, 0);
      acts.append(button);
    }
    head.append(acts);
    box.append(head);
    const list = make("ul", "cells");
    list.append(...(row.items || []).map((item) => cell(item, row, send)));
    box.append(list);
    return box;
  });
  root.replaceChildren(...rows);
  root.classList.toggle("pairs", Boolean(data.columns));
  root.setAttribute("aria-label", data.title || "");
}

export default function (component) {
  const send = (kind, row, id) => component.setTriggerValue("act", { kind, row, id, at: Date.now() });
  redraw(component, ".sets", (root, data) => draw(root, data, send));
}
