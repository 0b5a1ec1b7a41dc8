// Draws dots. WebGL2 where there is any, else a plain canvas; both take the same calls.
//
// Own code where deck.gl (whose bundle comes with pydeck) was tried first. Measured at 100,000 points in headless
// Chromium without a GPU, two busy cores, both in one run: a frame takes deck.gl's ScatterplotLayer 2.8 s and
// gl.POINTS 0.14 s, the first picture 5 s and 0.4 s; and the bundle is 4.3 MB in every exported page.

const VERTEX = `#version 300 es
uniform highp vec4 camera; // middle x, y; scale x, y
uniform highp float size;
uniform highp float opacity;
uniform highp float faint;
uniform highp int part; // 0 all, 1 those in the background, 2 those in front
uniform highp int chosen;
uniform bool choosing;
uniform sampler2D palette;
in highp vec2 place;
in highp uint colour;
in highp uint flag;
out highp vec4 shade;
out highp float span;
void main() {
  bool front = choosing ? flag == 1u || (chosen >= 0 && int(colour) == chosen) : true;
  bool drawn = part == 0 || (part == 2) == front;
  vec4 c = texelFetch(palette, ivec2(int(colour), 0), 0);
  bool quiet = part == 1;
  span = size * (quiet ? 0.8 : 1.0) + 1.0;
  float a = quiet ? faint : opacity * c.a;
  vec3 grey = texelFetch(palette, ivec2(0, 0), 0).rgb;
  shade = vec4((quiet ? mix(c.rgb, grey, 0.6) : c.rgb) * a, a);
  gl_PointSize = span;
  gl_Position = drawn ? vec4((place - camera.xy) * camera.zw, 0.0, 1.0) : vec4(2.0, 2.0, 2.0, 1.0);
}`;

const FRAGMENT = `#version 300 es
in highp vec4 shade;
in highp float span;
out highp vec4 pixel;
void main() {
  highp float far = length(gl_PointCoord - 0.5) * span;
  highp float cover = clamp(span * 0.5 - far, 0.0, 1.0);
  if (cover <= 0.0) discard;
  pixel = shade * cover;
}`;

function shader(gl, kind, text) {
  const made = gl.createShader(kind);
  gl.shaderSource(made, text);
  gl.compileShader(made);
  return made;
}

class GlPainter {
  constructor(gl) {
    this.gl = gl;
    this.program = gl.createProgram();
    gl.attachShader(this.program, shader(gl, gl.VERTEX_SHADER, VERTEX));
    gl.attachShader(this.program, shader(gl, gl.FRAGMENT_SHADER, FRAGMENT));
    gl.linkProgram(this.program);
    if (!gl.getProgramParameter(this.program, gl.LINK_STATUS)) throw new Error("no shaders");
    gl.useProgram(this.program);
    this.at = {};
    for (const name of ["camera", "size", "opacity", "faint", "part", "chosen", "choosing", "palette"]) {
      this.at[name] = gl.getUniformLocation(this.program, name);
    }
    this.buffers = {};
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    for (const side of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, side, gl.NEAREST);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  }

  fill(name, array, size) {
    const gl = this.gl;
    const at = gl.getAttribLocation(this.program, name);
    this.buffers[name] = this.buffers[name] || gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, this.buffers[name]);
    gl.bufferData(gl.ARRAY_BUFFER, array, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(at);
    const kind = array instanceof Uint8Array ? gl.UNSIGNED_BYTE : gl.UNSIGNED_SHORT;
    if (name === "place") gl.vertexAttribPointer(at, size, kind, true, 0, 0);
    else gl.vertexAttribIPointer(at, size, kind, 0, 0);
  }

  setPlaces(places) {
    this.fill("place", places.xy, 2);
  }

  setColours(colours) {
    this.fill("colour", colours, 1);
  }

  setFlags(flags) {
    this.fill("flag", flags, 1);
  }

  setPalette(colours) {
    const gl = this.gl;
    const texels = new Uint8Array(colours.flatMap(([r, g, b]) => [r, g, b, 255]));
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, colours.length, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, texels);
  }

  draw({ camera, width, height, ratio, count, size, opacity, faint, chosen, choosing }) {
    const gl = this.gl;
    const canvas = gl.canvas;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
    gl.viewport(0, 0, w, h);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.uniform4f(this.at.camera, camera.x, camera.y, (2 * camera.k) / width, (2 * camera.k) / height);
    gl.uniform1f(this.at.size, size * ratio);
    gl.uniform1f(this.at.opacity, opacity);
    gl.uniform1f(this.at.faint, faint);
    gl.uniform1i(this.at.chosen, chosen);
    gl.uniform1i(this.at.choosing, choosing ? 1 : 0);
    for (const part of choosing ? [1, 2] : [0]) {
      gl.uniform1i(this.at.part, part);
      gl.drawArrays(gl.POINTS, 0, count);
    }
    this.fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
  }

  // Whether what was drawn last has reached the screen.
  done() {
    if (!this.fence) return true;
    const gl = this.gl;
    if (gl.isContextLost()) return true;
    const state = gl.clientWaitSync(this.fence, 0, 0);
    if (state === gl.TIMEOUT_EXPIRED) return false;
    gl.deleteSync(this.fence);
    this.fence = null;
    return true;
  }
}

class PlainPainter {
  constructor(context) {
    this.context = context;
  }

  setPlaces(places) {
    this.places = places;
  }

  setColours(colours) {
    this.colours = colours;
  }

  setFlags(flags) {
    this.flags = flags;
  }

  setPalette(colours) {
    this.palette = colours.map(([r, g, b]) => `rgb(${r} ${g} ${b})`);
  }

  draw({ camera, width, height, ratio, count, size, opacity, faint, chosen, choosing }) {
    const pen = this.context;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (pen.canvas.width !== w || pen.canvas.height !== h) [pen.canvas.width, pen.canvas.height] = [w, h];
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    for (const part of choosing ? [1, 2] : [0]) {
      pen.globalAlpha = part === 1 ? faint : opacity;
      for (let i = 0; i < count; i++) {
        const front = this.flags[i] === 1 || this.colours[i] === chosen;
        if (part && (part === 2) !== front) continue;
        const x = (this.places.x(i) - camera.x) * camera.k + width / 2;
        const y = (camera.y - this.places.y(i)) * camera.k + height / 2;
        if (x < 0 || y < 0 || x > width || y > height) continue;
        pen.fillStyle = this.palette[this.colours[i]];
        pen.fillRect(x - size / 2, y - size / 2, size, size);
      }
    }
  }

  done() {
    return true;
  }
}

function painterFor(canvas) {
  const gl = canvas.getContext("webgl2", { antialias: false, alpha: true, premultipliedAlpha: true });
  if (gl) return new GlPainter(gl);
  return new PlainPainter(canvas.getContext("2d"));
}
