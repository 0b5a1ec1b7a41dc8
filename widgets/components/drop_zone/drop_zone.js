// Takes one picture: chosen, dropped anywhere on the page, or pasted anywhere on the page.

const instances = new WeakMap();
const LIMIT = 32 * 1024 * 1024;
const NAMES = /\.(jpe?g|png|webp|gif|bmp|tiff?|heic|heif|avif)$/i;

function picture(files) {
  return [...(files || [])].find((f) => f.type.startsWith("image/") || NAMES.test(f.name)) || null;
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",", 2)[1] || "");
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

class Drop {
  constructor(root) {
    this.root = root;
    this.button = root.querySelector(".choose");
    this.input = root.querySelector("input");
    this.note = root.querySelector(".note");
    this.veil = root.querySelector(".veil");
    this.stop = new AbortController();
    this.button.onclick = () => this.input.click();
    this.input.onchange = () => {
      this.take(picture(this.input.files), "That file is not a picture that Lookalike reads.");
      this.input.value = "";
    };
    const listen = (type, handler) =>
      document.addEventListener(type, handler, { signal: this.stop.signal, capture: true });
    listen("paste", (event) => this.onPaste(event));
    listen("dragover", (event) => this.onDrag(event));
    listen("dragleave", (event) => {
      if (!event.relatedTarget) this.veil.hidden = true;
    });
    listen("drop", (event) => this.onDrop(event));
  }

  update(component) {
    this.component = component;
    const data = component.data || {};
    this.root.querySelector(".text").textContent = data.text || "Choose a picture";
    this.button.title = data.hint || "";
    this.veil.firstElementChild.textContent = data.veil || "Drop a picture to search with it";
  }

  onPaste(event) {
    const file = picture(event.clipboardData && event.clipboardData.files);
    if (!file) return; // text goes where the viewer is typing
    event.preventDefault();
    this.take(file);
  }

  onDrag(event) {
    const types = event.dataTransfer ? [...event.dataTransfer.types] : [];
    if (!types.includes("Files")) return;
    event.preventDefault();
    this.veil.hidden = false;
  }

  onDrop(event) {
    if (this.veil.hidden) return;
    event.preventDefault();
    event.stopPropagation();
    this.veil.hidden = true;
    this.take(picture(event.dataTransfer && event.dataTransfer.files), "What you dropped is not a picture.");
  }

  async take(file, complaint) {
    this.note.textContent = "";
    if (!file) {
      if (complaint) this.note.textContent = complaint;
      return;
    }
    if (file.size > LIMIT) {
      this.note.textContent = "That picture is larger than 32 MB.";
      return;
    }
    this.button.classList.add("busy");
    try {
      const data = await base64(file);
      this.component.setTriggerValue("picture", { name: file.name || "pasted picture", data, at: Date.now() });
    } catch {
      this.note.textContent = "The browser could not read that file.";
    } finally {
      this.button.classList.remove("busy");
    }
  }
}

export default function (component) {
  const root = component.parentElement;
  let drop = instances.get(root);
  if (!drop || !root.contains(drop.button)) {
    if (drop) drop.stop.abort();
    drop = new Drop(root);
    instances.set(root, drop);
  }
  drop.update(component);
  return () => {
    drop.stop.abort();
    instances.delete(root);
  };
}
