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
