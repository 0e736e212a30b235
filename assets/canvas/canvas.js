// The scene graph: vis-network draws and arranges, cards are painted here, so that every attribute has its own mark.
// The Network is kept per place in the page and lives through reruns; `data.shape` says when things really moved.
const views = new WeakMap();
const TITLE = 23, CHIP = 19, PAD = 14, GAP = 8;

export default function (component) {
  const box = component.parentElement.querySelector(".graph");
  let view = views.get(box);
  if (!view) { view = new View(box); views.set(box, view); }
  let timer = null;
  const begin = () => {
    if (globalThis.vis) view.show(component);
    else timer = setTimeout(begin, 25);
  };
  begin();
  const forget = onLook(component.data.group, (elements) => view.light(elements));
  return () => {
    clearTimeout(timer);
    forget();
    setTimeout(() => { if (!box.isConnected) { view.end(); views.delete(box); } }, 500);
  };
}

class View {
  constructor(box) {
    this.box = box;
    this.cards = new Map();
    this.lit = new Set();
    this.shape = null;
    this.drawn = 0;
  }

  show({ data, setTriggerValue }) {
    this.data = data;
    this.tell = (element) => setTriggerValue("picked", { element });
    this.read();
    if (!this.network) this.begin();
    this.cards = new Map(data.nodes.map((node) => [node.id, node]));
    const moved = this.shape !== data.shape;
    this.shape = data.shape;
    this.sync(this.nodes, data.nodes.map((node) => this.node(node, moved)));
    this.sync(this.edges, data.edges.map((edge) => this.edge(edge)));
    this.scene();
    this.box.querySelector(".empty").textContent = data.nodes.length ? "" : data.empty;
    this.legend();
    this.box.setAttribute("aria-label", data.alt);
    this.box.dataset.nodes = data.nodes.length;
    this.box.dataset.edges = data.edges.length;
    this.light(data.selected);
    if (moved) this.fit();
  }

  begin() {
    this.nodes = new vis.DataSet([]);
    this.edges = new vis.DataSet([]);
    this.network = new vis.Network(this.box.querySelector(".draw"), { nodes: this.nodes, edges: this.edges }, this.data.options);
    this.network.on("click", (event) => this.tell(this.at(event)));
    this.network.on("hoverNode", (event) => look(this.data.group, [event.node]));
    this.network.on("blurNode", () => look(this.data.group, this.data.selected));
    this.network.on("hoverEdge", (event) => look(this.data.group, [event.edge]));
    this.network.on("blurEdge", () => look(this.data.group, this.data.selected));
    this.network.on("beforeDrawing", () => { this.painted = 0; });
    this.network.on("afterDrawing", (ctx) => { this.labels(ctx); this.box.dataset.drawn = ++this.drawn; this.box.dataset.painted = this.painted; });
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(this.box);
    this.themes = setInterval(() => { if (this.read()) { this.sync(this.edges, this.data.edges.map((e) => this.edge(e))); this.network.redraw(); } }, 700);
  }

  end() {
    clearInterval(this.themes);
    if (this.sizes) this.sizes.disconnect();
    if (this.network) this.network.destroy();
  }

  // Everything in view, by the sizes of the cards as they are drawn.
  fit() {
    const go = () => {
      if (!this.network || !this.cards.size) return;
      const places = this.network.getPositions();
      const area = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
      for (const [id, card] of this.cards) {
        const at = places[id], w = (card.w || 120) / 2, h = (card.h || 50) / 2;
        if (!at) continue;
        area.left = Math.min(area.left, at.x - w); area.right = Math.max(area.right, at.x + w);
        area.top = Math.min(area.top, at.y - h); area.bottom = Math.max(area.bottom, at.y + h);
      }
      const above = this.data.scene.length ? this.box.querySelector(".scene").offsetHeight + 24 : 18, below = this.data.legend.length ? 40 : 18, sides = 20;
      const wide = this.box.clientWidth - 2 * sides, high = this.box.clientHeight - above - below;
      const scale = Math.min(1.3, wide / (area.right - area.left), high / (area.bottom - area.top));
      const position = { x: (area.left + area.right) / 2, y: (area.top + area.bottom) / 2 - (above - below) / 2 / scale };
      this.network.moveTo({ position, scale, animation: false });
      this.box.dataset.scale = scale.toFixed(2);
      // vis-network measures what it believes to be out of view, and draws it only the next time.
      requestAnimationFrame(() => requestAnimationFrame(() => { if (this.network) this.network.redraw(); }));
    };
    requestAnimationFrame(() => { if (this.network) this.network.redraw(); requestAnimationFrame(go); });
  }

  // The colours of the theme; true when they changed since the last look.
  read() {
    const style = getComputedStyle(this.box);
    const of = (name, fallback) => style.getPropertyValue("--st-" + name).trim() || fallback;
    const next = {
      text: of("text-color", "#222"), page: of("background-color", "#fff"), card: of("secondary-background-color", "#eee"),
      border: of("border-color", "#999"), primary: of("primary-color", "#0f766e"), font: style.fontFamily || "sans-serif",
      right: of("green-color", "#146c34"), wrong: of("red-color", "#b42318"), "not asked": of("gray-color", "#57606a"), unsure: of("yellow-color", "#8a5a06"),
    };
    const changed = JSON.stringify(next) !== JSON.stringify(this.theme);
    this.theme = next;
    return changed;
  }

  sync(set, items) {
    const keep = new Set(items.map((item) => item.id));
    set.remove(set.getIds().filter((id) => !keep.has(id)));
    set.update(items);
  }

  node(node, moved) {
    const place = moved ? { x: node.x, y: node.y } : {};
    return { id: node.id, shape: "custom", label: node.label, physics: false, chosen: false, ctxRenderer: (frame) => this.card(frame), ...place };
  }

  edge(edge) {
    const t = this.theme, on = this.lit.has(edge.id), colour = on ? t.primary : edge.status ? t[edge.status] : t.text;
    return {
      id: edge.id, from: edge.from, to: edge.to, arrows: edge.arrows, width: on ? 5 : 2.5, chosen: false, smooth: edge.smooth,
      dashes: edge.status === "not asked" ? [3, 7] : edge.status === "unsure" ? [12, 6] : false,
      color: { color: colour, hover: colour, highlight: colour, inherit: false, opacity: this.faded(edge.id) ? 0.3 : 1 },
    };
  }

  faded(id) { return this.lit.size > 0 && !this.lit.has(id) && ![...this.lit].some((element) => this.near(id, element)); }

  // Attributes belong to their object, relations to their ends: those stay bright together.
  near(id, element) {
    const card = this.cards.get(id);
    if (card && card.chips.some((chip) => chip.id === element)) return true;
    const edge = this.data.edges.find((e) => e.id === element);
    return Boolean(edge && (edge.from === id || edge.to === id));
  }

  light(elements) {
    this.lit = new Set(elements);
    this.box.dataset.lit = elements.join(" ");
    for (const chip of this.box.querySelectorAll(".scene button")) chip.classList.toggle("lit", this.lit.has(chip.dataset.element));
    if (!this.network) return;
    this.edges.update(this.data.edges.map((edge) => this.edge(edge)));
    this.network.redraw();
  }

  at(event) {
    if (event.nodes.length) {
      const card = this.cards.get(event.nodes[0]), chip = (card.spots || []).find((spot) => inside(spot, event.pointer.canvas));
      return chip ? chip.id : card.id;
    }
    return event.edges.length ? event.edges[0] : null;
  }

  // One card: the name, below it the attributes, each with a mark of its own.
  card({ ctx, id, x, y }) {
    const card = this.cards.get(id);
    if (!card) return { drawNode() {}, nodeDimensions: { width: 10, height: 10 } };
    const t = this.theme, marks = (status, size) => (status ? size * 1.05 : 0);
    ctx.font = `650 ${TITLE}px ${t.font}`;
    const title = ctx.measureText(card.label).width + marks(card.status, TITLE);
    ctx.font = `500 ${CHIP}px ${t.font}`;
    const chips = card.chips.map((chip) => ({ ...chip, wide: ctx.measureText(chip.text).width + (chip.swatch ? CHIP : 0) + marks(chip.status, CHIP) + 20 }));
    const row = chips.reduce((sum, chip) => sum + chip.wide + GAP, -GAP);
    const width = Math.max(title, chips.length ? row : 0, 54) + 2 * PAD, height = chips.length ? 86 : 50;
    card.w = width; card.h = height;
    const drawNode = () => {
      this.painted += 1;
      const left = x - width / 2, top = y - height / 2, on = this.lit.has(id);
      ctx.save();
      ctx.globalAlpha = this.faded(id) ? 0.35 : 1;
      plate(ctx, left, top, width, height, 12, t.card, on ? t.primary : card.status ? t[card.status] : t.text, on ? 5 : card.status ? 3 : 1.6, card.status === "not asked" ? [3, 6] : card.status === "unsure" ? [11, 5] : []);
      ctx.textBaseline = "middle"; ctx.textAlign = "left"; ctx.font = `650 ${TITLE}px ${t.font}`;
      let at = x - title / 2;
      const line = chips.length ? top + 25 : y + 1;
      if (card.status) { glyph(ctx, card.status, at + TITLE * 0.4, line, TITLE * 0.36, t[card.status]); at += marks(card.status, TITLE); }
      ctx.fillStyle = t.text; ctx.fillText(card.label, at, line);
      ctx.font = `500 ${CHIP}px ${t.font}`;
      let next = x - row / 2;
      card.spots = chips.map((chip) => {
        const spot = { id: chip.id, x: next, y: top + 46, w: chip.wide, h: 30 }, lit = this.lit.has(chip.id);
        plate(ctx, spot.x, spot.y, spot.w, spot.h, 15, t.page, lit ? t.primary : chip.status ? t[chip.status] : t.border, lit ? 4 : 1.6, []);
        let pen = spot.x + 10;
        const mid = spot.y + spot.h / 2 + 1;
        if (chip.status) { glyph(ctx, chip.status, pen + CHIP * 0.36, mid - 1, CHIP * 0.33, t[chip.status]); pen += marks(chip.status, CHIP); }
        if (chip.swatch) { dot(ctx, pen + 7, mid - 1, 7, chip.swatch, t.text); pen += CHIP; }
        ctx.fillStyle = t.text; ctx.fillText(chip.text, pen, mid);
        next += chip.wide + GAP;
        return spot;
      });
      ctx.restore();
    };
    return { drawNode, nodeDimensions: { width, height } };
  }

  // The words of the relations, halfway between the two cards, on a plate of their own.
  labels(ctx) {
    const t = this.theme, places = this.network.getPositions(), taken = this.taken(places);
    for (const edge of this.data.edges) {
      const drawn = this.network.body.edges[edge.id], a = places[edge.from], b = places[edge.to], card = this.cards.get(edge.from);
      if (!drawn || !a || !b || !card) continue;
      const line = drawn.edgeType, via = line.getViaNode ? line.getViaNode() : undefined, tip = line.toPoint || b;
      const out = Math.min(0.8, card.w / 2 / (Math.abs(tip.x - a.x) || 0.01), card.h / 2 / (Math.abs(tip.y - a.y) || 0.01));
      ctx.save();
      ctx.font = `500 ${CHIP}px ${t.font}`; ctx.textBaseline = "middle"; ctx.textAlign = "left";
      const mark = edge.status ? CHIP * 1.15 : 0, width = ctx.measureText(edge.label).width + mark + 14, on = this.lit.has(edge.id);
      const at = this.free(taken, width, (share) => line.getPoint(out + share * (1 - out), via));
      plate(ctx, at.x - width / 2, at.y - 14, width, 28, 8, t.page, on ? t.primary : "rgba(0,0,0,0)", on ? 3 : 0.01, []);
      ctx.globalAlpha = this.faded(edge.id) ? 0.35 : 1;
      if (edge.status) glyph(ctx, edge.status, at.x - width / 2 + 7 + CHIP * 0.42, at.y, CHIP * 0.34, t[edge.status]);
      ctx.fillStyle = t.text; ctx.fillText(edge.label, at.x - width / 2 + 7 + mark, at.y + 1);
      ctx.restore();
    }
  }

  // What a label must not cover: the cards, and the labels before it.
  taken(places) {
    return [...this.cards].filter(([id, card]) => places[id] && card.w)
      .map(([id, card]) => ({ x: places[id].x, y: places[id].y, w: card.w / 2, h: card.h / 2 }));
  }

  // The place along a line, from its middle outwards, where a label of this width covers nothing; else the middle.
  free(taken, width, along) {
    const clear = (at) => taken.every((box) => Math.abs(at.x - box.x) > box.w + width / 2 || Math.abs(at.y - box.y) > box.h + 15);
    const tries = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74].map(along);
    const at = tries.find(clear) || tries[0];
    taken.push({ x: at.x, y: at.y, w: width / 2, h: 14 });
    return at;
  }

  scene() {
    const line = this.box.querySelector(".scene");
    line.replaceChildren(...this.data.scene.map((item) => {
      const chip = make("button");
      chip.type = "button";
      chip.dataset.element = item.id;
      if (item.status) { chip.dataset.status = item.status; chip.append(badge(item.status), document.createTextNode(" ")); }
      chip.append(make("span", "kind", item.kind), make("span", "", item.value));
      chip.onclick = () => this.tell(item.id);
      chip.onmouseenter = chip.onfocus = () => look(this.data.group, [item.id]);
      chip.onmouseleave = chip.onblur = () => look(this.data.group, this.data.selected);
      return chip;
    }));
  }

  legend() {
    const line = this.box.querySelector(".legend");
    line.replaceChildren(...this.data.legend.map(([status, text]) => {
      const entry = make("span");
      entry.append(badge(status), document.createTextNode(" " + text));
      return entry;
    }));
  }
}

function inside(spot, point) { return point.x >= spot.x && point.x <= spot.x + spot.w && point.y >= spot.y && point.y <= spot.y + spot.h; }

function plate(ctx, x, y, w, h, radius, fill, stroke, width, dashes) {
  ctx.beginPath(); ctx.roundRect(x, y, w, h, radius);
  ctx.fillStyle = fill; ctx.fill();
  ctx.setLineDash(dashes); ctx.lineWidth = width; ctx.strokeStyle = stroke; ctx.stroke(); ctx.setLineDash([]);
}

function dot(ctx, x, y, r, fill, rim) {
  ctx.beginPath(); ctx.arc(x, y, r, 0, 2 * Math.PI); ctx.fillStyle = fill; ctx.fill();
  ctx.lineWidth = 1; ctx.strokeStyle = rim; ctx.stroke();
}

// Marks are drawn, not set in type: every machine has the same ones.
function glyph(ctx, status, x, y, r, colour) {
  ctx.beginPath(); ctx.arc(x, y, r * 1.28, 0, 2 * Math.PI); ctx.fillStyle = colour; ctx.fill();
  ctx.strokeStyle = "#fff"; ctx.lineWidth = r * 0.34; ctx.lineCap = "round"; ctx.lineJoin = "round";
  if (luminous(colour)) ctx.strokeStyle = "#111";
  ctx.beginPath();
  if (status === "right") { ctx.moveTo(x - r * 0.6, y + r * 0.05); ctx.lineTo(x - r * 0.12, y + r * 0.5); ctx.lineTo(x + r * 0.62, y - r * 0.48); ctx.stroke(); }
  else if (status === "wrong") { const d = r * 0.48; ctx.moveTo(x - d, y - d); ctx.lineTo(x + d, y + d); ctx.moveTo(x + d, y - d); ctx.lineTo(x - d, y + d); ctx.stroke(); }
  else if (status === "not asked") { ctx.moveTo(x - r * 0.6, y); ctx.lineTo(x + r * 0.6, y); ctx.stroke(); }
  else { ctx.save(); ctx.fillStyle = ctx.strokeStyle; ctx.font = `700 ${r * 1.9}px sans-serif`; ctx.textAlign = "center"; ctx.textBaseline = "middle"; ctx.fillText("?", x, y + r * 0.08); ctx.restore(); }
}

function luminous(colour) {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i.exec(colour);
  if (!match) return false;
  const [r, g, b] = match.slice(1).map((hex) => parseInt(hex, 16));
  return 0.299 * r + 0.587 * g + 0.114 * b > 150;
}
