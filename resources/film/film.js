"use strict";
// Plays what stands in #numbers: nothing is computed here but where things are drawn.
(function () {
  const told = JSON.parse(document.getElementById("numbers").textContent);
  const at = (id) => document.getElementById(id);
  const count = told.steps.length;
  const layers = told.layers;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  // --- numbers --------------------------------------------------------------------------------------------------------

  function bytes(text) {
    const plain = atob(text);
    const found = new Uint8Array(plain.length);
    for (let i = 0; i < plain.length; i++) found[i] = plain.charCodeAt(i);
    return found;
  }

  // What was packed in whole units: get(frame, i, j) is a value, NaN where it is no number.
  function unpacked(packed) {
    const content = new DataView(bytes(packed.data).buffer);
    const [, rows, columns] = packed.shape;
    const get = function (frame, i, j) {
      const place = columns === undefined ? frame * rows + i : (frame * rows + i) * columns + j;
      const units = content.getInt16(2 * place, true);
      return units === -32768 ? NaN : units * packed.unit;
    };
    get.unit = packed.unit;
    return get;
  }

  function bits(packed) {
    const content = bytes(packed.data);
    const [, rows, columns] = packed.shape;
    return function (frame, row, unit) {
      const place = (frame * rows + row) * columns + unit;
      return (content[place >> 3] >> (place & 7)) & 1;
    };
  }

  const values = told.values.map(unpacked);
  const masks = told.masks.map(bits);
  const factors = told.factors.map(unpacked);
  const weights = told.weights.map(unpacked);
  const ballAt = unpacked(told.balls.values);
  const under = unpacked(told.balls.under);
  const points = told.balls.under.shape[2];

  function number(value, digits) {
    if (value === null || value === undefined || Number.isNaN(value)) return "not a number";
    if (value === 0) return "0";
    const size = Math.abs(value);
    const text = size < 1e-4 || size >= 1e6 ? size.toExponential(2) : Number(size.toPrecision(digits || 4)).toString();
    return (value < 0 ? "\u2212" : "") + text;
  }

  // What was packed, with four digits that count, and none finer than its rounding.
  function known(value, get) {
    if (Number.isNaN(value) || value === 0) return number(value);
    const last = Math.ceil(Math.log10(get.unit) - 1e-9), digits = Math.min(4, Math.floor(Math.log10(Math.abs(value))) - last + 1);
    if (digits < 1) return number(Math.round(value / Math.pow(10, last)) * Math.pow(10, last), 1);
    const size = Math.abs(value);
    if (size < 1e-4 || size >= 1e6) return (value < 0 ? "\u2212" : "") + size.toExponential(Math.min(2, digits - 1));
    return number(value, digits);
  }

  // As it fits into a unit: three digits, two decimals at most, and of what is large the power of ten.
  function short(value) {
    const size = Math.abs(value);
    if (Number.isNaN(value)) return "?";
    if (size >= 999.5) return value.toExponential(0).replace("e+", "e").replace("-", "\u2212");
    return number(size < 0.005 ? 0 : Number(value.toFixed(size < 9.995 ? 2 : size < 99.95 ? 1 : 0)), 6);
  }
  const thousands = (value) => (value < 0 ? "\u2212" : "") + String(Math.abs(value)).replace(/\B(?=(\d{3})+(?!\d))/g, ",");

  // For each frame the largest size so far, which ends a scale: scales grow with what they measure, and never jump back.
  function soFar(get, shape) {
    const ends = [];
    for (let f = 0, found = 0; f < shape[0]; f++) {
      for (let i = 0; i < shape[1]; i++)
        for (let j = 0; j < shape[2]; j++) {
          const size = Math.abs(get(f, i, j));
          if (size > found) found = size;
        }
      ends.push(found || 1);
    }
    return ends;
  }
  const weightEnds = weights.map((get, l) => soFar(get, told.weights[l].shape));
  const valueEnds = values.map((get, l) => soFar(get, told.values[l].shape).pop());
  const signed = values.some((get, l) => {
    const [frames, rows, units] = told.values[l].shape;
    for (let f = 0; f < frames; f++) for (let i = 0; i < rows; i++) for (let j = 0; j < units; j++) if (get(f, i, j) < 0) return true;
    return false;
  });
  const ballEnds = soFar((f, b) => ballAt(f, b), [count, told.balls.names.length, 1]);

  // --- what is on show ------------------------------------------------------------------------------------------------

  const shown = { frame: 0, row: 0, thing: null, ball: 0, near: true, playing: false };
  let timer = 0;

  function make(name, attributes, parent, text) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const key in attributes) made.setAttribute(key, attributes[key]);
    if (text !== undefined) made.textContent = text;
    parent.appendChild(made);
    return made;
  }

  function emptied(id) {
    const svg = at(id);
    const width = Math.max(120, svg.clientWidth);
    const height = Math.max(60, svg.clientHeight);
    svg.setAttribute("viewBox", "0 0 " + width + " " + height);
    svg.textContent = "";
    return { svg: svg, width: width, height: height };
  }

  const isOn = (frame, layer, unit) => layer >= masks.length || masks[layer](frame, shown.row, unit) === 1;
  const exampleOf = (frame) => (told.rows.length ? told.rows[shown.row] : told.targets[frame][shown.row]);

  // A line of words, of which those between * are strong.
  function say(id, text) {
    const line = at(id);
    line.textContent = "";
    text.split("*").forEach(function (part, k) {
      if (k % 2) line.appendChild(document.createElement("b")).textContent = part;
      else line.appendChild(document.createTextNode(part));
    });
  }

  // --- the network ----------------------------------------------------------------------------------------------------

  let net = null;

  function layNetwork() {
    const room = emptied("network");
    const top = 50, foot = 16;
    const most = Math.max(...layers.map((layer) => layer.units.length));
    const radius = Math.max(5, Math.min(26, 0.38 * (room.height - top - foot) / most, room.width / layers.length / 4.4));
    const left = 46 + radius, right = room.width - 78 - radius;
    net = { units: [], edges: [], heads: [], radius: radius };
    const lines = make("g", {}, room.svg), discs = make("g", {}, room.svg);
    net.mark = make("line", { class: "mark", visibility: "hidden" }, lines);
    net.faint = weights.reduce((sum, _, l) => sum + layers[l].units.length * layers[l + 1].units.length, 0) > 150 ? 0.12 : 0.4;
    net.narrow = room.width / layers.length < 170;
    const x = layers.map((_, l) => left + (right - left) * (layers.length > 1 ? l / (layers.length - 1) : 0.5));
    const y = layers.map((layer) =>
      layer.units.map((_, k) => top + (room.height - top - foot) * (k + 0.5) / layer.units.length));
    weights.forEach(function (_, l) {
      net.edges.push(layers[l].units.map((_, i) => layers[l + 1].units.map(function (_, j) {
        const ends = { x1: x[l], y1: y[l][i], x2: x[l + 1], y2: y[l + 1][j] };
        const line = make("line", Object.assign({ class: "edge" }, ends), lines);
        const hit = make("line", Object.assign({ class: "hit" }, ends), lines);
        hit.addEventListener("click", () => choose({ kind: "weight", layer: l, from: i, to: j }));
        return line;
      })));
    });
    layers.forEach(function (layer, l) {
      make("text", { x: x[l], y: 14, class: "strong", "text-anchor": "middle" }, room.svg, layer.name);
      net.heads.push([
        make("text", { x: x[l], y: 29, class: "quiet", "text-anchor": "middle" }, room.svg, ""),
        make("text", { x: x[l], y: 43, class: "quiet", "text-anchor": "middle" }, room.svg, ""),
      ]);
      net.units.push(layer.units.map(function (name, k) {
        const group = make("g", { class: "unit", transform: "translate(" + x[l] + "," + y[l][k] + ")" }, discs);
        make("circle", { class: "low", r: radius }, group);
        const fill = make("circle", { class: "fill", r: radius - 0.7 }, group);
        const arm = 0.62 * radius;
        make("path", { class: "cross", d: "M" + -arm + " " + -arm + "L" + arm + " " + arm + "M" + arm + " " + -arm + "L" + -arm + " " + arm }, group);
        const text = make("text", { class: "value" }, group, "");
        const times = factors[l] && radius >= 16 ? make("text", { class: "times", y: radius + 10 }, group, "") : null;
        group.addEventListener("click", () => choose({ kind: "unit", layer: l, unit: k }));
        if (l === 0 && radius >= 5)
          make("text", { x: x[l] - radius - 7, y: y[l][k], class: "quiet", "text-anchor": "end", "dominant-baseline": "central" }, room.svg, name);
        const answer = l === layers.length - 1
          ? make("text", { x: x[l] + radius + 8, y: y[l][k], "dominant-baseline": "central" }, room.svg, name === "out" ? "" : name) : null;
        return { group: group, fill: fill, text: text, times: times, answer: answer };
      }));
    });
  }

  // Write into a unit what fits there, the smaller the longer; what would be too small to be read is left to the line below.
  function write(text, content, radius) {
    const size = Math.min(12, 0.68 * radius, 1.75 * radius / (0.54 * content.length));
    text.textContent = size < 6.5 ? "" : content;
    text.style.fontSize = size + "px";
  }

  function paintNetwork() {
    const f = shown.frame, heads = told.heads.filter((head) => head[0] <= f).pop()[1];
    layers.forEach(function (layer, l) {
      net.heads[l][0].textContent = net.narrow ? heads[l].split(", ")[0] : heads[l];
      net.heads[l][1].textContent = l < masks.length && !factors.length ? told.on[l][f][shown.row] + " of " + layer.of + " on" : "";
      layer.units.forEach(function (_, k) {
        const unit = net.units[l][k], value = values[l](f, shown.row, k), on = isOn(f, l, k);
        const share = Math.min(1, Math.abs(value) / valueEnds[l]) || 0;
        const chosen = shown.thing && shown.thing.kind === "unit" && shown.thing.layer === l && shown.thing.unit === k;
        unit.group.setAttribute("class", "unit" + (on ? "" : " off") + (value < 0 ? " minus" : "") + (share > (value < 0 ? 0.7 : 0.45) ? " high" : "") + (chosen ? " chosen" : ""));
        unit.fill.setAttribute("fill-opacity", share.toFixed(3));
        write(unit.text, short(value), net.radius);
        if (unit.times) unit.times.textContent = "\u00d7 " + short(factors[l](f, shown.row, k));
        if (unit.answer && layer.units.length === 1) unit.answer.textContent = exampleOf(f).replace(/^.*\u2192/, "target");
      });
    });
    net.mark.setAttribute("visibility", "hidden");
    weights.forEach(function (get, l) {
      layers[l].units.forEach((_, i) => layers[l + 1].units.forEach(function (_, j) {
        const line = net.edges[l][i][j], value = get(f, i, j), share = Math.abs(value) / weightEnds[l][f];
        const chosen = shown.thing && shown.thing.kind === "weight" && shown.thing.layer === l && shown.thing.from === i && shown.thing.to === j;
        const off = Number.isNaN(value) || !isOn(f, l, i) || !isOn(f, l + 1, j);
        line.setAttribute("class", "edge " + (off ? "off" : value < 0 ? "negative" : "positive"));
        line.setAttribute("stroke-width", off ? 1 : (0.5 + 5.5 * share).toFixed(2));
        line.setAttribute("stroke-opacity", off ? net.faint : (net.faint + (1 - net.faint) * share).toFixed(3));
        if (chosen) {
          ["x1", "y1", "x2", "y2"].forEach((end) => net.mark.setAttribute(end, line.getAttribute(end)));
          net.mark.setAttribute("stroke-width", Number(line.getAttribute("stroke-width")) + 7);
          net.mark.setAttribute("visibility", "visible");
        }
      }));
    });
    const step = told.steps[f];
    say("said", step === 0 ? (told.drops ? "No " + told.thing + " drawn yet: every unit is on" : "No step made yet")
      : whose(f) + " step *" + thousands(step) + (isNoisy(f) ? "* for *" : "* trained on *") + where(f) + exampleOf(f) + "*");
    at("network").setAttribute("aria-label", "Step " + step + ", " + where(f) + exampleOf(f) + ": " + layers.map((layer, l) =>
      l < masks.length ? layer.name + ", " + unitsOn(layer, l, f) : answers(layer, l, f)).join("; "));
    sayThing();
  }

  const isNoisy = (f) => factors.length > 0 && told.dropping[f];

  // Whose the numbers are: a network is thinned where a unit of it is off, which of few units chance may not bring about.
  function whose(f) {
    if (isNoisy(f)) return "The factors of";
    const off = !factors.length && told.on.some((on, l) => on[f][shown.row] < layers[l].of);
    return off ? "The thinned network that" : "The network, with no unit off, that";
  }

  function unitsOn(layer, l, f) {
    const units = thousands(layer.of) + (layer.of === 1 ? " unit" : " units");
    return factors.length ? units : thousands(told.on[l][f][shown.row]) + " of " + units + " on"; // factors turn none off
  }

  // Of several outputs, each by its name.
  function answers(layer, l, f) {
    const said = layer.units.map((name, k) => (layer.of > 1 ? name + ": " : "") + known(values[l](f, shown.row, k), values[l]));
    return (layer.of > 1 ? "answers " : "answer ") + said.join(", ");
  }

  const where = (f) => (told.examples.length ? "training example " + thousands(told.examples[f][shown.row] + 1) + " " : "");

  function sayThing() {
    const thing = shown.thing, f = shown.frame;
    if (!thing) return say("thing", "Choose a unit, a line or a ball for its numbers.");
    if (thing.kind === "weight") {
      const name = layers[thing.layer].units[thing.from] + " \u2192 " + layers[thing.layer + 1].units[thing.to];
      return say("thing", "*" + name + "*: weight *" + known(weights[thing.layer](f, thing.from, thing.to), weights[thing.layer]) + "* after step " + thousands(told.steps[f]));
    }
    const name = layers[thing.layer].units[thing.unit], value = known(values[thing.layer](f, shown.row, thing.unit), values[thing.layer]);
    const factor = factors[thing.layer] ? ", factor *" + known(factors[thing.layer](f, shown.row, thing.unit), factors[thing.layer]) + "*" : "";
    const state = isOn(f, thing.layer, thing.unit) ? (thing.layer < masks.length ? "passes on *" : "answers *") + value + "*" + factor : "*off*";
    say("thing", "*" + name + "* in step " + thousands(told.steps[f]) + ", for " + where(f) + exampleOf(f) + ": " + state);
  }

  // --- axes -----------------------------------------------------------------------------------------------------------

  function ticks(low, high, most) {
    const rough = (high - low) / most, power = Math.pow(10, Math.floor(Math.log10(rough)));
    const size = [1, 2, 5, 10].map((k) => k * power).find((s) => s >= rough * 0.999);
    const found = [];
    for (let k = Math.ceil(low / size - 1e-9); k * size <= high * (1 + 1e-9) + 1e-12; k++) found.push(Number((k * size).toPrecision(12)));
    return found;
  }

  function axes(room, left, foot, xs, ys, name) {
    const box = { left: left, right: room.width - 10, top: 8, bottom: room.height - foot };
    box.x = (value) => box.left + (box.right - box.left) * (value - xs[0]) / (xs[1] - xs[0] || 1);
    box.y = (value) => box.bottom - (box.bottom - box.top) * (value - ys[0]) / (ys[1] - ys[0] || 1);
    ticks(ys[0], ys[1], Math.max(2, (box.bottom - box.top) / 42)).forEach(function (value) {
      make("line", { class: "grid", x1: box.left, x2: box.right, y1: box.y(value), y2: box.y(value) }, room.svg);
      make("text", { class: "quiet", x: box.left - 6, y: box.y(value), "text-anchor": "end", "dominant-baseline": "central" }, room.svg, number(value));
    });
    ticks(xs[0], xs[1], Math.max(2, (box.right - box.left) / 90)).forEach(function (value) {
      make("line", { class: "grid", x1: box.x(value), x2: box.x(value), y1: box.bottom, y2: box.bottom + 4 }, room.svg);
      make("text", { class: "quiet", x: Math.min(box.x(value), box.right - 8), y: box.bottom + 15, "text-anchor": "middle" }, room.svg,
        xs[1] > 1000 ? thousands(value) : number(value));
    });
    make("text", { class: "quiet", x: (box.left + box.right) / 2, y: room.height - 2, "text-anchor": "middle" }, room.svg, name);
    return box;
  }

  // --- the loss -------------------------------------------------------------------------------------------------------

  const KINDS = [["loss_under_mask", "mask", !told.drops ? "of its batch" : factors.length ? "with its factors" : "under the mask"], ["loss_train", "train", "training"], ["loss_test", "test", "test"]]
    .filter((kind) => told.curves[kind[0]]);
  const SHARES = [["accuracy_train", "right in training"], ["accuracy_test", "in test"]].filter((kind) => told.curves[kind[0]]);
  let chart = null;

  function layLoss() {
    const room = emptied("loss");
    const losses = KINDS.flatMap((kind) => told.curves[kind[0]]).filter((v) => v !== null).sort((a, b) => a - b);
    const largest = losses[losses.length - 1] || 1, usual = losses[Math.floor(0.99 * (losses.length - 1))] || largest;
    const cut = largest > 4 * usual; // a few that would press all others flat: what is cut off is said
    const top = 1.08 * (cut ? usual : largest);
    const ends = [told.steps[0], told.steps[count - 1] > told.steps[0] ? told.steps[count - 1] : told.steps[0] + 1];
    const box = axes(room, 52, 34, ends, [0, top], cut ? "step; up to " + number(largest) + " above" : "step");
    const clip = make("clipPath", { id: "loss-room" }, room.svg);
    make("rect", { x: box.left, y: box.top - 4, width: box.right - box.left + 4, height: box.bottom - box.top + 5 }, clip);
    told.changes.forEach(function (change) {
      const line = make("line", { class: "change", x1: box.x(change[0]), x2: box.x(change[0]), y1: box.top, y2: box.bottom }, room.svg);
      make("title", {}, line, "after step " + change[0] + ": " + change[1]);
    });
    const inside = make("g", { "clip-path": "url(#loss-room)" }, room.svg);
    const path = (kind, upTo) => told.curves[kind].slice(0, upTo).map((v, k) => (v === null ? "" : [box.x(told.steps[k]).toFixed(1), box.y(v).toFixed(1)]))
      .map((p, k, all) => (p ? (k && all[k - 1] ? "L" : "M") + p.join(" ") : "")).join("");
    chart = { box: box, path: path, curves: KINDS.map(function (kind) {
      make("path", { class: "curve later " + kind[1], d: path(kind[0], count) }, inside);
      return { kind: kind[0], path: make("path", { class: "curve " + kind[1] }, inside) };
    }) };
    chart.cursor = make("line", { class: "cursor", y1: box.top, y2: box.bottom }, room.svg);
    chart.dot = make("circle", { class: "dot", r: 4 }, room.svg);
    room.svg.onclick = function (event) {
      const step = ends[0] + (ends[1] - ends[0]) * (event.offsetX - box.left) / (box.right - box.left);
      pause();
      go(told.steps.reduce((best, s, k) => (Math.abs(s - step) < Math.abs(told.steps[best] - step) ? k : best), 0));
    };
    at("keys").textContent = "";
    KINDS.forEach(function (kind) {
      const key = at("keys").appendChild(document.createElement("span"));
      key.className = kind[1];
      key.append(kind[2] + " ");
      key.appendChild(document.createElement("b"));
    });
    SHARES.forEach(function (kind) {
      const key = at("keys").appendChild(document.createElement("span"));
      key.className = "share";
      key.append(kind[1] + " ");
      key.appendChild(document.createElement("b"));
    });
  }

  // A loss at a frame; in place of what no step has measured yet, other words.
  function lossOf(kind, f, unmeasured) {
    const value = told.curves[kind][f];
    return value === null && told.steps[f] === 0 ? unmeasured : number(value);
  }

  function paintLoss() {
    const f = shown.frame, x = chart.box.x(told.steps[f]);
    chart.curves.forEach(function (curve, k) {
      curve.path.setAttribute("d", chart.path(curve.kind, f + 1));
      at("keys").children[k].lastChild.textContent = lossOf(curve.kind, f, "\u2013");
    });
    SHARES.forEach(function (kind, k) {
      const value = told.curves[kind[0]][f];
      at("keys").children[KINDS.length + k].lastChild.textContent = value === null ? "\u2013" : (100 * value).toFixed(told.decimals[kind[0]]) + " %";
    });
    chart.cursor.setAttribute("x1", x);
    chart.cursor.setAttribute("x2", x);
    const value = told.curves.loss_train ? told.curves.loss_train[f] : null;
    chart.dot.setAttribute("visibility", value === null ? "hidden" : "visible");
    chart.dot.setAttribute("cx", x);
    chart.dot.setAttribute("cy", Math.max(chart.box.top, chart.box.y(value || 0)));
    at("loss").setAttribute("aria-label", "Step " + told.steps[f] + ": " + KINDS.map((kind) => "loss " + kind[2] + " " + lossOf(kind[0], f, "not measured yet")).join(", "));
  }

  // --- the balls ------------------------------------------------------------------------------------------------------

  function paintBalls() {
    const f = shown.frame, height = told.balls.heights[f], names = told.balls.names, places = told.balls.at;
    const room = emptied("balls");
    const reach = shown.near ? Math.min(told.balls.reach, 1.4 * ballEnds[f]) : told.balls.reach;
    const top = shown.near && height ? Math.min(told.balls.top, 2.5 * height) : told.balls.top;
    const box = axes(room, 52, 34, [-reach, reach], [0, top], "value of each weight");
    const clip = make("clipPath", { id: "balls-room" }, room.svg);
    make("rect", { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top }, clip);
    const curves = make("g", { "clip-path": "url(#balls-room)" }, room.svg);
    const order = names.map((_, b) => b).filter((b) => b !== shown.ball).concat([shown.ball]);
    order.forEach(function (b) {
      const path = [];
      for (let k = 0; k < points; k++) path.push([places[k], under(f, b, k)]);
      if (height !== null) path.push([ballAt(f, b), height]); // the curve passes through its ball
      path.sort((p, q) => p[0] - q[0]);
      const d = path.filter((p) => !Number.isNaN(p[1])).map((p, k) => (k ? "L" : "M") + box.x(p[0]).toFixed(1) + " " + box.y(p[1]).toFixed(1)).join("");
      const line = make("path", { class: "slope" + (b === shown.ball ? " chosen" : ""), d: d }, curves);
      line.style.stroke = hue(b);
    });
    const name = names[shown.ball], value = known(ballAt(f, shown.ball), ballAt);
    at("balls").setAttribute("aria-label", name + " is " + value + (height === null ? "; the loss is no number" : ", at a loss of " + number(height)));
    if (height === null) return say("height", "The loss is no number.");
    const radius = 8, taken = order.filter((b) => !Number.isNaN(ballAt(f, b))).sort((a, b) => ballAt(f, a) - ballAt(f, b))
      .map((b) => ({ ball: b, x: box.x(ballAt(f, b)), level: 0 }));
    taken.forEach(function (one, k) {
      while (taken.slice(0, k).some((other) => other.level === one.level && Math.abs(other.x - one.x) < 2 * radius + 1)) one.level++;
    });
    const highest = Math.max(1, ...taken.map((one) => one.level));
    const apart = Math.min(2 * radius + 1, (box.y(height) - box.top - radius) / highest);
    taken.sort((one, other) => (one.ball === shown.ball) - (other.ball === shown.ball)); // the chosen one above the others
    taken.forEach((one) => (one.y = box.y(height) - one.level * apart));
    taken.forEach(function (one, k) {
      const b = one.ball, x = one.x, y = one.y;
      const ball = make("circle", { class: "ball" + (b === shown.ball ? " chosen" : ""), cx: x, cy: y, r: radius }, room.svg);
      ball.style.fill = hue(b);
      make("title", {}, ball, names[b]);
      ball.addEventListener("click", function () { shown.ball = b; paintBalls(); });
      const covered = taken.slice(k + 1).some((other) => Math.hypot(other.x - x, other.y - y) < radius + 6);
      if (!covered) make("text", { class: "number", x: x, y: y }, room.svg, b + 1);
    });
    say("height", "*" + (shown.ball + 1) + "* " + name + " = *" + value + "* \u00b7 all lie at the loss, *" + number(height) + "*" + told.balls.over + "; stacked to be seen");
  }

  const hue = (b) => "var(--ball" + told.balls.units[b] % 8 + ")";

  // --- playing --------------------------------------------------------------------------------------------------------

  function paint() {
    const f = shown.frame, step = told.steps[f];
    at("step").textContent = thousands(step);
    at("scrubber").value = f;
    at("scrubber").setAttribute("aria-valuetext", "step " + step);
    at("frame").textContent = "frame " + (f + 1) + " of " + count;
    paintNetwork();
    paintLoss();
    paintBalls();
  }

  function go(frame) {
    shown.frame = Math.max(0, Math.min(count - 1, frame));
    paint();
  }

  function choose(thing) {
    shown.thing = thing;
    if (thing.kind === "weight") {
      const name = "w" + (thing.layer + 1) + "[" + layers[thing.layer].units[thing.from] + " \u2192 " + layers[thing.layer + 1].units[thing.to] + "]";
      if (told.balls.names.includes(name)) shown.ball = told.balls.names.indexOf(name);
    }
    paint();
  }

  // The unit after the chosen one, layer by layer.
  function nextUnit() {
    const all = layers.flatMap((layer, l) => layer.units.map((_, k) => ({ kind: "unit", layer: l, unit: k })));
    const now = all.findIndex((one) => shown.thing && shown.thing.kind === "unit" && one.layer === shown.thing.layer && one.unit === shown.thing.unit);
    return all[(now + 1) % all.length];
  }

  function pause() {
    window.clearTimeout(timer);
    shown.playing = false;
    at("play").classList.remove("playing");
    at("play").setAttribute("aria-label", "Play");
    ["thing", "height"].forEach((id) => at(id).setAttribute("aria-live", "polite"));
  }

  function play() {
    if (shown.frame === count - 1) go(0);
    shown.playing = true;
    at("play").classList.add("playing");
    at("play").setAttribute("aria-label", "Pause");
    ["thing", "height"].forEach((id) => at(id).setAttribute("aria-live", "off"));
    timer = window.setTimeout(tick, 1000 / Number(at("pace").value));
  }

  function tick() {
    go(shown.frame + 1);
    if (shown.frame === count - 1) return pause();
    timer = window.setTimeout(tick, 1000 / Number(at("pace").value));
  }

  const toggle = () => (shown.playing ? pause() : play());
  const moved = (frame) => { pause(); go(frame); };

  function isDark() {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : window.matchMedia("(prefers-color-scheme: dark)").matches;
  }

  function otherTheme() {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  }

  at("scrubber").max = count - 1;
  at("scrubber").addEventListener("input", () => moved(Number(at("scrubber").value)));
  at("play").addEventListener("click", toggle);
  at("first").addEventListener("click", () => moved(0));
  at("last").addEventListener("click", () => moved(count - 1));
  at("back").addEventListener("click", () => moved(shown.frame - 1));
  at("next").addEventListener("click", () => moved(shown.frame + 1));
  at("theme").addEventListener("click", otherTheme);
  at("near").addEventListener("change", function () { shown.near = at("near").checked; paintBalls(); });

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const kind = event.target.tagName, field = kind === "SELECT" || kind === "INPUT";
    const acts = {
      " ": toggle, ArrowLeft: () => moved(shown.frame - 1), ArrowRight: () => moved(shown.frame + 1),
      Home: () => moved(0), End: () => moved(count - 1), t: otherTheme,
      n: () => { shown.row = (shown.row + 1) % told.row_count; showRows(); paint(); },
      b: () => { shown.ball = (shown.ball + 1) % told.balls.names.length; paintBalls(); },
      u: () => choose(nextUnit()),
    };
    if (!(event.key in acts)) return;
    if (event.key === " " && (kind === "BUTTON" || kind === "SUMMARY" || event.target.type === "checkbox")) return; // theirs
    if (field && event.key !== " ") return; // a field moves by its own arrows
    if (kind === "SELECT") return;
    event.preventDefault();
    acts[event.key]();
  });

  // After a click, space plays again: what has been clicked gives the keyboard back. What Tab has reached keeps it.
  document.addEventListener("click", function (event) {
    const held = document.activeElement;
    if (event.detail && held.matches("button, summary, input[type=checkbox]")) held.blur();
  });
  at("pace").addEventListener("change", () => at("pace").blur());

  function showRows() {
    const group = at("rows");
    if (!group.children.length)
      for (let row = 0; row < told.row_count; row++) {
        const chip = group.appendChild(document.createElement("button"));
        chip.type = "button";
        chip.textContent = told.rows.length ? told.rows[row] : "row " + (row + 1);
        chip.addEventListener("click", function () { shown.row = row; showRows(); paint(); });
      }
    Array.from(group.children).forEach((chip, row) => chip.setAttribute("aria-pressed", String(row === shown.row)));
  }

  function lay() {
    layNetwork();
    layLoss();
    paint();
  }

  if (factors.length || !told.drops) document.querySelector(".away").remove(); // nothing is off
  if (signed) {
    const key = document.querySelector(".legend .value");
    key.classList.add("both");
    key.textContent = "activation, \u2212 to +";
  }
  showRows();
  lay();
  new ResizeObserver(lay).observe(document.querySelector("main"));
  if (!still && count > 1) play();
})();
