// What Python packed: a length, a JSON header, and arrays that lie one after the other (see pack.py).

const ARRAYS = { u1: Uint8Array, u2: Uint16Array, u4: Uint32Array };

function unpack(bytes) {
  // A copy that begins at zero: typed arrays must start at multiples of their size.
  const whole = bytes.slice().buffer;
  const length = new DataView(whole).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(whole, 4, length)));
  for (const [name, [kind, start, size]] of Object.entries(head.arrays)) {
    head[name] = new ARRAYS[kind](whole, start, size);
  }
  return head;
}

function fromBase64(text) {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

function toBase64(bytes) {
  let raw = "";
  for (let i = 0; i < bytes.length; i += 32768) {
    raw += String.fromCharCode(...bytes.subarray(i, i + 32768));
  }
  return btoa(raw);
}
