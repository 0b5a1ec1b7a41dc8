// Rows of pictures: what was asked, and what came first, right or wrong. Names and labels are untrusted and
// only ever go through textContent; the addresses of pictures are data: URIs that Python made.

const CHECK = "M2.5 8.5l3.5 3.5 7.5-8";
const CROSS = "M3.5 3.5l9 9M12.5 3.5l-9 9";

function icon(path) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(space, "path");
  line.setAttribute("d", path);
  line.setAttribute("fill", "none");
  line.setAttribute("stroke", "currentColor");
  line.setAttribute("stroke-width", "2.6");
  line.setAttribute("stroke-linecap", "round");
  line.setAttribute("stroke-linejoin", "round");
  svg.append(line);
  return svg;
}

function verdict(right) {
  if (right === undefined || right === null) return "";
  return right ? "right" : "wrong";
}

function cell(tag, item, row, data, send) {
  const box = make(tag, "cell");
  if (item.right === true) box.dataset.right = "yes";
  if (item.right === false) box.dataset.right = "no";
  if (item.missed) box.dataset.missed = "";
  const frame = make("div", "frame");
  const open = make("button", "open");
  open.type = "button";
  const said = [item.rank ? "result " + item.rank : item.missed ? "not found" : "query", verdict(item.right), item.full || item.name];
  if (item.label) said.push("label " + item.label);
  open.setAttribute("aria-label", said.filter(Boolean).join(", "));
  open.title = [item.full || item.name, item.label].filter(Boolean).join("\n");
  if (item.src) {
    const image = make("img");
    image.alt = "";
    image.decoding = "async";
    image.draggable = false;
    const ratio = item.w && item.h ? item.w / item.h : 1;
    if (ratio > 1.7 || ratio < 0.58) image.className = "whole";
    image.src = item.src;
    open.append(image);
  } else {
    open.append(make("span", "lost", "no preview"));
  }
  open.onclick = () => send("open", row.key, item.id);
  frame.append(open);
  if (item.right === true || item.right === false) {
    const badge = make("span", item.right ? "badge yes" : "badge no");
    badge.append(icon(item.right ? CHECK : CROSS));
    frame.append(badge);
  }
  box.append(frame);
  const under = make("span", "under");
  if (item.rank) under.append(make("b", "", item.rank), " ");
  if (item.missed) under.append(make("b", "", "Missed"), " ");
  under.append(item.label || item.name);
  under.title = item.label || item.name;
  box.append(under);
  if (data.judge && item.rank) {
    const judge = make("div", "judge");
    for (const [kind, path, value] of [["right", CHECK, true], ["wrong", CROSS, false]]) {
      const button = make("button", kind);
      button.type = "button";
      button.append(icon(path));
      button.setAttribute("aria-pressed", String(item.right === value));
      button.setAttribute("aria-label", "Result " + item.rank + " is " + kind);
      button.title = item.right === value ? "Take this mark back" : "This one is " + kind;
      button.onclick = () => send(kind, row.key, item.id);
      judge.append(button);
    }
    box.append(judge);
  }
  return box;
}

function draw(root, data, send) {
  const rows = (data.rows || []).map((row) => {
    const box = make("section", "row");
    if (row.title || row.note) {
      const head = make("div", "head");
      head.append(make("span", "title", row.title), make("span", "note", row.note));
      box.append(head);
    }
    const line = make("div", row.query ? "line asks" : "line");
    if (row.query) {
      const asked = make("div", "asked");
      asked.append(cell("div", row.query, row, data, send));
      line.append(asked);
    }
    const answers = make("ol", (row.items || []).length > 7 ? "answers full" : "answers");
    answers.setAttribute("aria-label", "Results for " + row.title);
    answers.append(...(row.items || []).map((item) => cell("li", item, row, data, send)));
    line.append(answers);
    box.append(line);
    return box;
  });
  root.replaceChildren(...rows);
  root.classList.toggle("judging", Boolean(data.judge));
  root.setAttribute("aria-label", data.title || "");
}

export default function (component) {
  const send = (kind, row, id) => component.setTriggerValue("act", { kind, row, id, at: Date.now() });
  redraw(component, ".strips", (root, data) => draw(root, data, send));
}
