// What lies over the dots: thumbnails, names of clusters, the ring round the picture under the pointer, the line
// that a selection is drawn with. Names are untrusted and only ever drawn as text.

function drawWall(pen, laid, side, pictures, ids, look) {
  for (const [row, x, y] of laid) {
    const image = pictures.get(ids[row])?.image;
    const { colour, quiet, selected } = look(row);
    if (!image) continue;
    const scale = (side - 6) / Math.max(image.naturalWidth, image.naturalHeight);
    const [w, h] = [image.naturalWidth * scale, image.naturalHeight * scale];
    pen.globalAlpha = quiet ? 0.25 : 1;
    pen.fillStyle = colour;
    const edge = selected ? 3.5 : 2;
    pen.beginPath();
    pen.roundRect(x - w / 2 - edge, y - h / 2 - edge, w + 2 * edge, h + 2 * edge, 4);
    pen.fill();
    pen.drawImage(image, x - w / 2, y - h / 2, w, h);
  }
  pen.globalAlpha = 1;
}

// Names where they do not cover one another, the largest cluster's first; the chosen one always.
function drawNames(pen, labels, chosen, theme, width, height) {
  const taken = [];
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  let drawn = 0;
  for (const { name, x, y, category } of labels) {
    const strong = category === chosen;
    pen.font = `${strong ? 700 : 600} ${strong ? 15 : 13}px ${theme.font}`;
    const half = pen.measureText(name).width / 2 + 6;
    if (x < 0 || y < 0 || x > width || y > height) continue;
    const at = Math.max(half, Math.min(width - half, x));
    const box = [at - half, y - 11, at + half, y + 11];
    if (taken.some((b) => box[0] < b[2] && b[0] < box[2] && box[1] < b[3] && b[1] < box[3])) continue;
    taken.push(box);
    pen.globalAlpha = chosen >= 0 && !strong ? 0.4 : 1;
    pen.lineWidth = 4;
    pen.strokeStyle = theme.background;
    pen.strokeText(name, at, y);
    pen.fillStyle = theme.text;
    pen.fillText(name, at, y);
    drawn++;
  }
  pen.globalAlpha = 1;
  return drawn;
}

function drawRing(pen, x, y, size, theme) {
  pen.beginPath();
  pen.arc(x, y, size, 0, 7);
  pen.lineWidth = 4;
  pen.strokeStyle = theme.background;
  pen.stroke();
  pen.lineWidth = 2;
  pen.strokeStyle = theme.text;
  pen.stroke();
}

function drawLine(pen, line, theme) {
  if (line.length < 2) return;
  pen.beginPath();
  line.forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  pen.closePath();
  pen.globalAlpha = 0.12;
  pen.fillStyle = theme.primary;
  pen.fill();
  pen.globalAlpha = 1;
  pen.lineWidth = 2;
  pen.setLineDash([6, 4]);
  pen.strokeStyle = theme.primary;
  pen.stroke();
  pen.setLineDash([]);
}
