// The pictures and words that a search is made of, as chips that can be taken away again.

function chip(piece, remove) {
  const node = document.createElement("li");
  node.className = "chip " + piece.kind;
  if (piece.src) {
    const image = document.createElement("img");
    image.src = piece.src;
    image.alt = "";
    node.append(image);
  }
  const text = document.createElement("span");
  text.className = "text";
  text.textContent = piece.text; // untrusted
  text.title = piece.text;
  node.append(text);
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "×";
  button.setAttribute("aria-label", "Remove " + piece.text);
  button.onclick = remove;
  node.append(button);
  return node;
}

export default function ({ parentElement, data, setTriggerValue }) {
  const tray = parentElement.querySelector(".tray");
  if (!tray) return;
  tray.replaceChildren(
    ...((data && data.groups) || []).map((group) => {
      const section = document.createElement("section");
      const title = document.createElement("h4");
      title.textContent = group.title;
      const list = document.createElement("ul");
      list.append(
        ...group.pieces.map((piece) =>
          chip(piece, () => setTriggerValue("remove", { piece: piece.key, at: Date.now() })),
        ),
      );
      section.append(title, list);
      return section;
    }),
  );
}
