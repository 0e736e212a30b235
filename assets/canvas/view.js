// The scene graph: vis-network draws and arranges, cards are painted here, so that every attribute has its own mark.
// `data.shape` says when things really moved; relation labels look for a place where they cover nothing.
const TITLE = 23, CHIP = 19, PAD = 14, GAP = 8;

class View {
  constructor(box) {
    this.box = box;
    this.cards = new Map();
    this.lit = new Set();
    this.shape = null;
    this.drawn = 0;
  }

  show(component) {
    const { data, setTriggerValue } = component, before = this.data;
    this.data = data;
    this.tell = (element) => (this.hand ? this.hand.choose(this.hand.only() === element || !element ? [] : [element]) : setTriggerValue("picked", { element }));
    this.read();
    if (!this.network) this.begin();
    const known = this.cards;
    this.cards = new Map(data.nodes.map((node) => { const old = known.get(node.id); return [node.id, { ...node, w: old && old.w, h: old && old.h }]; }));
    const moved = this.shape !== data.shape || Boolean(data.refused), mine = Boolean(before && data.editable && before.group === data.group && before.ack !== data.ack);
    this.shape = data.shape;
    this.sync(this.nodes, data.nodes.map((node) => this.node(node, moved || !this.nodes.get(node.id))));
    this.sync(this.edges, [...data.edges, ...data.ties].map((edge) => this.edge(edge)));
    this.scene();
    this.box.tabIndex = 0;
    this.box.setAttribute("role", data.editable ? "application" : "img");
    this.box.dataset.editable = data.editable;
    this.box.dataset.legend = data.legend.length > 0;
    if (data.editable) { this.hand ||= new Hand(this); this.hand.show(component); }
    this.box.querySelector(".empty").textContent = data.nodes.length ? "" : data.empty;
    this.legend();
    this.box.setAttribute("aria-label", data.alt);
    this.box.dataset.nodes = data.nodes.length;
    this.box.dataset.edges = data.edges.length;
    this.box.dataset.rev = data.rev;
    this.box.dataset.ack = data.ack;
    this.light(this.hand ? [...this.hand.chosen] : data.selected);
    if (moved && (!mine || this.again)) { this.again = false; this.fit(); }
    else if (moved) this.settle();
    this.box.boxes = () => this.boxes();
    this.box.view = this.network;
  }

  begin() {
    this.nodes = new vis.DataSet([]);
    this.edges = new vis.DataSet([]);
    this.network = new vis.Network(this.box.querySelector(".draw"), { nodes: this.nodes, edges: this.edges }, this.data.options);
    for (const part of this.box.querySelectorAll(".draw [tabindex]")) part.removeAttribute("tabindex");
    this.network.on("click", (event) => (this.hand ? this.hand.click(event) : this.tell(this.at(event))));
    this.network.on("doubleClick", (event) => { if (this.hand) this.hand.double(event); });
    this.network.on("dragStart", (event) => this.grip(event));
    this.network.on("dragging", (event) => this.follow(event));
    this.network.on("dragEnd", (event) => { if (this.hand && event.nodes.length) this.hand.moved(event); });
    this.network.on("hoverNode", (event) => look(this.data.group, [event.node]));
    this.network.on("blurNode", () => this.rest());
    this.network.on("hoverEdge", (event) => look(this.data.group, [event.edge]));
    this.network.on("blurEdge", () => this.rest());
    this.network.on("beforeDrawing", () => { this.painted = 0; });
    this.network.on("afterDrawing", (ctx) => { this.labels(ctx); if (this.hand) this.hand.paint(ctx); this.box.dataset.drawn = ++this.drawn; this.box.dataset.painted = this.painted; });
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(this.box);
    this.themes = setInterval(() => { if (this.read()) { this.sync(this.edges, [...this.data.edges, ...this.data.ties].map((e) => this.edge(e))); this.network.redraw(); } }, 700);
  }

  end() {
    clearInterval(this.themes);
    if (this.hand) this.hand.end();
    if (this.sizes) this.sizes.disconnect();
    if (this.network) this.network.destroy();
  }

  // What was chosen lights up again when the mouse has left.
  rest() { look(this.data.group, this.hand ? [...this.hand.chosen] : this.data.selected); }

  // An object takes its satellites along.
  grip(event) { this.grips = event.nodes.length ? this.network.getPositions() : null; }

  follow(event) {
    if (!this.grips) return;
    const now = this.network.getPositions();
    for (const [id, card] of this.cards) {
      if (!card.of || !event.nodes.includes(card.of) || event.nodes.includes(id)) continue;
      const from = this.grips[card.of], to = now[card.of], own = this.grips[id];
      this.network.moveNode(id, own.x + to.x - from.x, own.y + to.y - from.y);
    }
  }

  // After an edit the view stays where it is, unless something would be out of sight.
  settle() {
    requestAnimationFrame(() => {
      if (!this.network) return;
      this.network.redraw();
      const wide = this.box.clientWidth, high = this.box.clientHeight, top = this.box.querySelector(".top").offsetHeight;
      const out = Object.values(this.network.getPositions()).map((at) => this.network.canvasToDOM(at)).some((at) => at.x < 20 || at.y < top + 20 || at.x > wide - 20 || at.y > high - 30);
      if (out || this.cards.size < 2) this.fit();
    });
  }

  // --- what the hand asks ------------------------------------------------------------------------------------------

  objects() { return [...this.cards].filter(([, card]) => !card.of).map(([id]) => id); }
  chip(id) { for (const card of this.cards.values()) { const chip = card.chips.find((one) => one.id === id); if (chip) return chip; } const own = this.cards.get(id); return own && own.of ? { id, text: own.label } : null; }
  elements() { return [...this.cards.keys(), ...[...this.cards.values()].flatMap((card) => card.chips.map((chip) => chip.id)), ...this.data.edges.map((edge) => edge.id), ...this.data.scene.map((item) => item.id)]; }

  words(id) {
    const card = this.cards.get(id), edge = this.data.edges.find((e) => e.id === id), scene = this.data.scene.find((item) => item.id === id), chip = this.chip(id);
    if (edge) return `${this.cards.get(edge.from).label} ${edge.label} ${this.cards.get(edge.to).label}`;
    if (card) return [card.label, ...card.chips.map((one) => one.text)].join(", ");
    return chip ? chip.text : scene ? `${scene.kind}: ${scene.value}` : "";
  }

  // Where a picker for this element goes, in pixels of the page.
  spot(id) {
    const places = this.network.getPositions(), edge = this.data.edges.find((e) => e.id === id), owner = [...this.cards].find(([, card]) => card.chips.some((chip) => chip.id === id));
    const at = edge ? { x: (places[edge.from].x + places[edge.to].x) / 2, y: (places[edge.from].y + places[edge.to].y) / 2 } : places[id] || (owner && places[owner[0]]);
    return at ? this.network.canvasToDOM(at) : { x: 60, y: 80 };
  }

  // What hangs together around an element, for the keyboard.
  ring(id) {
    const edge = this.data.edges.find((e) => e.id === id), owner = [...this.cards].find(([own, card]) => own === id || card.of === id || card.chips.some((chip) => chip.id === id));
    const middle = edge ? edge.from : owner ? owner[1].of || owner[0] : id;
    const card = this.cards.get(middle);
    if (!card) return [id];
    const marks = card.chips.map((chip) => chip.id), moons = [...this.cards].filter(([, other]) => other.of === middle).map(([own]) => own);
    return [middle, ...marks, ...moons, ...this.data.edges.filter((e) => e.from === middle || e.to === middle).map((e) => e.id)];
  }

  // A relation that the server has not seen yet.
  pending(edge) {
    this.data.edges = [...this.data.edges.filter((e) => e.id !== edge.id), edge];
    this.edges.update({ ...this.edge(edge), dashes: [6, 6] });
    this.network.redraw();
  }

  // Gone from the screen at once; what the server refuses to take away comes back with its answer.
  drop(elements) {
    const gone = new Set(elements), cut = (edge) => gone.has(edge.id) || gone.has(edge.from) || gone.has(edge.to);
    this.data.edges = this.data.edges.filter((edge) => !cut(edge));
    this.data.ties = this.data.ties.filter((edge) => !cut(edge));
    this.data.scene = this.data.scene.filter((item) => !gone.has(item.id));
    for (const [id, card] of [...this.cards]) if (gone.has(id) || gone.has(card.of)) this.cards.delete(id); else card.chips = card.chips.filter((chip) => !gone.has(chip.id));
    this.sync(this.nodes, [...this.cards.values()].map((node) => this.node(node, false)));
    this.sync(this.edges, [...this.data.edges, ...this.data.ties].map((edge) => this.edge(edge)));
    this.scene();
    this.network.redraw();
  }

  // Cards and labels as they are drawn, in the units of the canvas: for tests that nothing covers anything.
  boxes() {
    const places = this.network.getPositions();
    const cards = [...this.cards].map(([id, card]) => ({ id, x: places[id].x, y: places[id].y, w: card.w / 2, h: card.h / 2 }));
    return { cards, labels: this.spots || [], scale: this.network.getScale() };
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
      for (const label of this.spots || []) {
        area.left = Math.min(area.left, label.x - label.w); area.right = Math.max(area.right, label.x + label.w);
        area.top = Math.min(area.top, label.y - label.h); area.bottom = Math.max(area.bottom, label.y + label.h);
      }
      const above = this.box.querySelector(".top").offsetHeight + 22, below = (this.data.legend.length ? 40 : 18) + (this.data.editable ? 30 : 0), sides = 20;
      const wide = this.box.clientWidth - 2 * sides, high = this.box.clientHeight - above - below;
      if (wide <= 0 || high <= 0 || !Number.isFinite(area.left)) return;  // out of view: a hidden page, or about to go
      const scale = Math.min(1.3, wide / (area.right - area.left), high / (area.bottom - area.top));
      if (this.data.editable) area.right += 12;
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
    if (edge.tie) return { id: edge.id, from: edge.from, to: edge.to, arrows: "", width: 1.6, chosen: false, smooth: false, dashes: [2, 5], color: { color: t.text, hover: t.text, highlight: t.text, inherit: false, opacity: this.faded(edge.to) ? 0.25 : 0.6 } };
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
    if (card && (card.of === element || card.chips.some((chip) => chip.id === element))) return true;
    if (this.cards.get(element)?.of === id) return true;
    const edge = this.data.edges.find((e) => e.id === element);
    return Boolean(edge && (edge.from === id || edge.to === id));
  }

  light(elements) {
    this.lit = new Set(elements);
    this.box.dataset.lit = elements.join(" ");
    for (const chip of this.box.querySelectorAll(".scene button")) chip.classList.toggle("lit", this.lit.has(chip.dataset.element));
    if (!this.network) return;
    this.edges.update([...this.data.edges, ...this.data.ties].map((edge) => this.edge(edge)));
    this.network.redraw();
  }

  at(event) {
    if (event.nodes.length) {
      const card = this.cards.get(event.nodes[0]), chip = (card.spots || []).find((spot) => inside(spot, event.pointer.canvas));
      return chip ? chip.id : card.id;
    }
    const label = (this.spots || []).find((spot) => Math.abs(spot.x - event.pointer.canvas.x) <= spot.w && Math.abs(spot.y - event.pointer.canvas.y) <= spot.h);
    if (label) return label.id;
    return event.edges.find((id) => this.data.edges.some((edge) => edge.id === id)) || null;
  }

  // One card: the name, below it the attributes, each with a mark of its own.
  card({ ctx, id, x, y }) {
    const card = this.cards.get(id);
    if (!card) return { drawNode() {}, nodeDimensions: { width: 10, height: 10 } };
    if (card.of) return this.moon(ctx, id, card, x, y);
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

  // An attribute as a node of its own: a chip that stands free.
  moon(ctx, id, card, x, y) {
    const t = this.theme, mark = card.status ? CHIP * 1.05 : 0;
    ctx.font = `500 ${CHIP}px ${t.font}`;
    const width = ctx.measureText(card.label).width + (card.swatch ? CHIP : 0) + mark + 24, height = 34;
    card.w = width; card.h = height;
    const drawNode = () => {
      this.painted += 1;
      ctx.save();
      ctx.globalAlpha = this.faded(id) ? 0.35 : 1;
      const lit = this.lit.has(id);
      plate(ctx, x - width / 2, y - height / 2, width, height, 17, t.page, lit ? t.primary : card.status ? t[card.status] : t.border, lit ? 4 : 2, []);
      let pen = x - width / 2 + 12;
      ctx.font = `500 ${CHIP}px ${t.font}`; ctx.textBaseline = "middle"; ctx.textAlign = "left";
      if (card.status) { glyph(ctx, card.status, pen + CHIP * 0.36, y, CHIP * 0.33, t[card.status]); pen += mark; }
      if (card.swatch) { dot(ctx, pen + 7, y, 7, card.swatch, t.text); pen += CHIP; }
      ctx.fillStyle = t.text; ctx.fillText(card.label, pen, y + 1);
      ctx.restore();
    };
    return { drawNode, nodeDimensions: { width, height } };
  }

  // The words of the relations on plates of their own: on the line where there is room, else beside it with a leader.
  labels(ctx) {
    const t = this.theme, places = this.network.getPositions(), taken = this.taken(places);
    this.spots = [];
    for (const edge of this.data.edges) {
      const drawn = this.network.body.edges[edge.id], a = places[edge.from], b = places[edge.to], card = this.cards.get(edge.from);
      if (!drawn || !a || !b || !card) continue;
      const line = drawn.edgeType, via = line.getViaNode ? line.getViaNode() : undefined, tip = line.toPoint || b;
      const out = Math.min(0.8, card.w / 2 / (Math.abs(tip.x - a.x) || 0.01), card.h / 2 / (Math.abs(tip.y - a.y) || 0.01));
      ctx.save();
      ctx.font = `500 ${CHIP}px ${t.font}`; ctx.textBaseline = "middle"; ctx.textAlign = "left";
      const mark = edge.status ? CHIP * 1.15 : 0, width = ctx.measureText(edge.label).width + mark + 14, on = this.lit.has(edge.id);
      const at = this.free(taken, width, (share) => line.getPoint(out + share * (1 - out), via));
      this.spots.push({ id: edge.id, x: at.x, y: at.y, w: width / 2, h: 14 });
      ctx.globalAlpha = this.faded(edge.id) ? 0.35 : 1;
      if (at.from) {
        ctx.beginPath(); ctx.moveTo(at.from.x, at.from.y); ctx.lineTo(at.x, at.y);
        ctx.lineWidth = 1.4; ctx.strokeStyle = t.text; ctx.setLineDash([2, 4]); ctx.stroke(); ctx.setLineDash([]);
      }
      ctx.globalAlpha = 1;
      plate(ctx, at.x - width / 2, at.y - 14, width, 28, 8, t.page, on ? t.primary : at.from ? t.border : "rgba(0,0,0,0)", on ? 3 : at.from ? 1.2 : 0.01, []);
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

  // Where a label of this width covers nothing: along the line from its middle outwards, then beside it, then further
  // and further around; `from` is the place on the line that it belongs to, when it had to leave it.
  free(taken, width, along) {
    const clear = (at) => taken.every((box) => Math.abs(at.x - box.x) > box.w + width / 2 + 3 || Math.abs(at.y - box.y) > box.h + 17);
    const shares = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82].map(along), middle = shares[0];
    let at = shares.find(clear);
    for (let ring = 1; !at && ring < 60; ring += 1) {
      for (let turn = 0; !at && turn < 8 + 4 * ring; turn += 1) {
        const angle = (2 * Math.PI * turn) / (8 + 4 * ring), spot = { x: middle.x + 17 * ring * Math.cos(angle), y: middle.y + 17 * ring * Math.sin(angle), from: middle };
        if (clear(spot)) at = spot;
      }
    }
    at ||= middle;
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
      chip.ondblclick = () => { if (this.hand) this.hand.edit(item.id, { x: chip.offsetLeft, y: chip.offsetTop + 40 }); };
      chip.onkeydown = (event) => { if (this.hand && event.key === "Delete") this.hand.send({ op: "delete", elements: [item.id] }); };
      chip.onmouseenter = chip.onfocus = () => look(this.data.group, [item.id]);
      chip.onmouseleave = chip.onblur = () => this.rest();
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
