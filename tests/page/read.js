"use strict";
// Runs a page's script on a document that only keeps texts and attributes, goes to every frame by the keys, and prints
// what stands in its elements and what is spoken of them, one object a frame, as JSON. Usage: node read.js PAGE
const html = require("fs").readFileSync(process.argv[2], "utf8");
const script = html.match(/<script>([\s\S]*?)<\/script>/)[1];
const numbers = html.match(/id="numbers">([\s\S]*?)<\/script>/)[1];

class Thing {
  constructor() {
    Object.assign(this, { attributes: {}, children: [], style: {}, dataset: {}, own: "", value: "5", clientWidth: 600, clientHeight: 400 });
    this.classList = { add() {}, remove() {} };
  }
  set textContent(text) { this.own = text; this.children = []; }
  get textContent() { return this.own + this.children.map((child) => child.textContent).join(""); }
  get lastChild() { return this.children[this.children.length - 1]; }
  setAttribute(key, value) { this.attributes[key] = value; }
  getAttribute(key) { return this.attributes[key]; }
  appendChild(child) { this.children.push(child); return child; }
  append(text) { this.children.push(written(text)); }
  addEventListener() {}
  remove() { this.removed = true; }
}

function written(text) {
  const made = new Thing();
  made.textContent = String(text);
  return made;
}

const byId = { numbers: written(numbers) }, found = {}, hears = {};
global.document = {
  getElementById: (id) => (byId[id] = byId[id] || new Thing()),
  querySelector: (selector) => (found[selector] = found[selector] || new Thing()),
  createElement: () => new Thing(),
  createElementNS: () => new Thing(),
  createTextNode: written,
  addEventListener: (name, act) => (hears[name] = act),
};
global.window = { matchMedia: () => ({ matches: true }), clearTimeout() {}, setTimeout() {} };
global.ResizeObserver = class { observe() {} };
new Function(script)();

function press(key) {
  hears.keydown({ key: key, target: { tagName: "BODY" }, preventDefault() {} });
}

const frames = [];
press("Home");
for (let k = 0; k < JSON.parse(numbers).steps.length; k++) {
  if (k) press("ArrowRight");
  const frame = { away: !(found[".away"] && found[".away"].removed) };
  for (const id of ["said", "height", "keys", "network", "loss", "balls"])
    frame[id] = { text: byId[id].textContent, spoken: byId[id].attributes["aria-label"] };
  frames.push(frame);
}
console.log(JSON.stringify(frames));
