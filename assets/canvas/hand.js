// The hand on the canvas: selection, toolbar, keys, connecting by a drag, boxes; each deed is sent as one operation.
// Python holds the truth: what it refuses is taken back by the next data, with the reason shown here.
const ABOUT = [
  ["edit", "Change", "Another word for what is selected (Enter, or double click)"], ["attribute", "Attribute", "Give the selected object an attribute (A)"],
  ["turn", "Turn", "Turn the selected relation around (T)"], ["clone", "Clone", "Clone the selected part (Ctrl+D, or Ctrl+C and Ctrl+V)"], ["delete", "Delete", "Delete what is selected (Delete)"],
];
const TOOLS = [
  ["add", "Add", "Add an object (N, or double click on an empty place)"],
  ["connect", "Connect", "Connect two objects: click one, then the other (C), or drag from a card's handle"], ["scene", "Setting", "Set a scene attribute"],
  ["undo", "↶", "Undo (Ctrl+Z)"], ["redo", "↷", "Redo (Ctrl+Y)"], ["tidy", "Tidy", "Let the layout arrange everything again"],
  ["keep", "Keep adding", "After each word, ask for the next one; a click on an empty place adds the last word"], ["satellites", "Satellites", "Attributes as nodes of their own, or as chips on the card"],
];
const REACH = 17;

class Hand {
  constructor(view) {
    this.view = view;
    this.box = view.box;
    this.chosen = new Set();
    this.queue = [];
    this.sent = null;
    this.mode = "";
    this.keep = false;
    this.hot = null;
    this.picker = new Picker(this.box, (asked) => { const ask = globalThis.scenewrightAskers && globalThis.scenewrightAskers.get(this.view.data.key); if (ask) ask(asked); });
    this.words = (event) => { if (event.detail.of === this.view.data.key) this.picker.hear(event.detail.offer); };
    window.addEventListener("scenewright-words", this.words);
    this.bar = this.box.querySelector(".bar");
    this.line = this.box.querySelector(".refused");
    this.said = this.box.querySelector(".said");
    this.about = this.box.querySelector(".about");
    const button = ([name, text, title]) => {
      const made = make("button", "", text);
      made.type = "button"; made.title = title; made.dataset.tool = name;
      made.setAttribute("aria-label", text.length > 1 ? text : title);
      made.onclick = () => this.tool(name);
      return made;
    };
    this.bar.replaceChildren(...TOOLS.map(button));
    this.about.replaceChildren(...ABOUT.map(button));
    const draw = this.box.querySelector(".draw");
    draw.addEventListener("pointerdown", (event) => this.down(event), true);
    draw.addEventListener("pointermove", (event) => this.over(event));
    draw.addEventListener("pointerleave", () => { if (!this.pull) this.warm(null); });
    this.box.addEventListener("keydown", (event) => this.key(event));
  }

  // New data from the server: the truth, and whether the last deed was accepted.
  show(component) {
    this.component = component;
    const { data } = component;
    if (this.seq === undefined) this.seq = data.ack;
    if (this.world !== data.world) { this.world = data.world; this.picker.forget(data.words); }
    if (this.sent && data.ack >= this.sent.seq) { this.sent = null; clearTimeout(this.late); }
    const there = new Set(this.view.elements());
    this.chosen = new Set([...this.chosen].filter((id) => there.has(id)));
    if (this.after && data.ack >= this.after.seq && !data.refused) { this.after.then(); this.after = null; }
    const fresh = data.selected.join(" ");
    if (this.picked !== fresh) { this.picked = fresh; if (!this.timer && this.chosen.size < 2) this.chosen = new Set(data.selected); }
    this.line.textContent = data.refused;
    this.tools();
    this.pump();
  }

  end() { window.removeEventListener("scenewright-words", this.words); clearTimeout(this.late); clearTimeout(this.timer); }

  // --- sending -------------------------------------------------------------------------------------------------

  send(deed, then) { this.queue.push({ deed, then }); this.pump(); }

  pump() {
    if (this.sent || !this.queue.length) return;
    const { deed, then } = this.queue.shift();
    this.seq += 1;
    this.sent = { ...deed, seq: this.seq, rev: this.view.data.rev };
    if (then) this.after = { seq: this.seq, then };
    this.post();
  }

  post() {
    this.box.dataset.sent = this.sent.seq;
    this.component.setTriggerValue("edit", this.sent);
    clearTimeout(this.late);
    this.late = setTimeout(() => { if (this.sent) this.post(); }, 15000);
  }

  // --- choosing ------------------------------------------------------------------------------------------------

  choose(ids, { tell = true } = {}) {
    this.chosen = new Set(ids);
    const list = [...this.chosen];
    const nodes = list.filter((id) => this.view.nodes.get(id));
    this.view.network.setSelection({ nodes, edges: [] }, { unselectAll: true, highlightEdges: false });
    look(this.view.data.group, list);
    this.said.textContent = list.map((id) => this.view.words(id)).join("; ");
    this.tools();
    clearTimeout(this.timer);
    this.timer = null;
    if (tell && list.length < 2) this.timer = setTimeout(() => { this.timer = null; this.component.setTriggerValue("picked", { element: list[0] || null }); }, 320);
  }

  objects() { return [...this.chosen].filter((id) => this.view.cards.get(id) && !this.view.cards.get(id).of); }
  ids() { return this.objects().map((id) => id.slice(2)); }
  only() { return this.chosen.size === 1 ? [...this.chosen][0] : null; }

  click(event) {
    if (this.ended && Date.now() - this.ended < 250) return;
    const id = this.view.at(event), source = event.event.srcEvent || {}, more = source.shiftKey || source.ctrlKey || source.metaKey;
    if (this.mode === "connect" && id && this.view.cards.get(id)) { this.join(id); return; }
    if (this.mode === "connect" && !id) { this.turnOff(); return; }
    if (more && id) { const next = new Set(this.chosen); if (!next.delete(id)) next.add(id); this.choose(next); return; }
    if (!id && this.keep && this.picker.last.get("object") && !this.chosen.size && !this.picker.open) {
      this.add(this.picker.last.get("object"), event.pointer.canvas);
      return;
    }
    if (this.picker.open) this.picker.close();
    this.before = [...this.chosen];
    this.choose(id && this.only() !== id ? [id] : []);
  }

  double(event) {
    const id = this.view.at(event);
    if (id) { this.choose([id], { tell: false }); this.edit(id, event.pointer.DOM); }
    else if (!(this.keep && this.picker.last.get("object"))) { this.choose([], { tell: false }); this.ask(event.pointer.DOM, event.pointer.canvas); }
  }

  // --- deeds ---------------------------------------------------------------------------------------------------

  add(name, at) { this.send({ op: "add", name, ...(at ? { at: [Math.round(at.x), Math.round(at.y)] } : {}) }); }

  ask(dom, at) {
    const free = at && { ...at };
    let first = true;
    this.picker.show({
      sort: "object", title: "Add an object", at: dom || { x: 40, y: 60 }, again: () => this.keep,
      taken: (word) => { this.add(word, first ? free : null); first = false; },
    });
  }

  edit(id, dom) {
    const at = dom || this.view.spot(id), card = this.view.cards.get(id), edge = this.view.data.edges.find((e) => e.id === id);
    const scene = this.view.data.scene.find((item) => item.id === id), chip = this.view.chip(id);
    if (chip) this.picker.show({ sort: "attribute", about: [id], title: `Instead of “${chip.text}”`, at, taken: (value) => this.send({ op: "mark", element: id, value }) });
    else if (card) this.picker.show({
      sort: "object", title: `Another word for “${card.label}”`, at, value: card.label,
      taken: (name) => { if (name !== card.label) { card.label = name; this.view.network.redraw(); this.send({ op: "rename", id: id.slice(2), name }); } },
    });
    else if (edge) this.picker.show({
      sort: "relation", about: [edge.from, edge.to], title: `Instead of “${edge.label}”`, at,
      taken: (phrase) => { if (phrase !== edge.label) this.send({ op: "retype", element: id, phrase }); },
    });
    else if (scene) this.picker.show({ sort: "scene", title: `Instead of “${scene.value}”`, at, taken: (value) => this.send({ op: "scene", value }) });
  }

  link(from, to) {
    if (from === to) { this.line.textContent = "A relation needs two different objects. Choose another one."; return; }
    const a = this.view.spot(from), b = this.view.spot(to);
    const words = [from, to].map((id) => this.view.cards.get(id).label);
    this.picker.show({
      sort: "relation", about: [from, to], title: `${words[0]} … ${words[1]}`, at: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 },
      taken: (phrase) => {
        this.view.pending({ id: "pending", from, to, label: phrase, arrows: "to", smooth: false, status: null });
        this.send({ op: "connect", source: from.slice(2), target: to.slice(2), phrase });
        if (this.mode === "connect" && this.keep) this.from = null; else this.turnOff();
      },
    });
  }

  // Connect mode: the first object, then the second.
  join(id) {
    const card = this.view.cards.get(id), object = card.of || id;
    if (!this.from) { this.from = object; this.choose([object], { tell: false }); this.hint(`Now the object that “${this.view.cards.get(object).label}” is related to.`); }
    else this.link(this.from, object);
  }

  turnOff() { this.mode = ""; this.from = null; this.hint(""); this.tools(); }
  hint(text) { this.box.querySelector(".hint").textContent = text; }

  clone(ids) {
    if (!ids.length) { this.line.textContent = "Nothing is selected. Select one or more objects to clone."; return; }
    const before = new Set(this.view.cards.keys());
    this.send({ op: "clone", ids }, () => this.choose([...this.view.cards.keys()].filter((id) => !before.has(id) && !this.view.cards.get(id).of), { tell: false }));
  }

  remove() {
    const elements = [...this.chosen];
    if (!elements.length) { this.line.textContent = "Nothing is selected. Select what to delete."; return; }
    this.view.drop(elements);
    this.choose([], { tell: false });
    this.send({ op: "delete", elements });
  }

  attribute() {
    const chip = this.only() && this.view.chip(this.only());
    if (chip) { this.edit(this.only()); return; }
    const objects = this.objects();
    if (!objects.length) { this.line.textContent = "Select an object first, then give it an attribute."; return; }
    const names = objects.map((id) => this.view.cards.get(id).label).join(", ");
    this.picker.show({ sort: "attribute", about: objects, title: `Attribute of ${names}`, at: this.view.spot(objects[0]), again: () => this.keep, taken: (value) => this.send({ op: "mark", ids: objects.map((id) => id.slice(2)), value }) });
  }

  turn() {
    const edge = this.view.data.edges.find((e) => e.id === this.only());
    if (edge) this.send({ op: "retype", element: edge.id, phrase: edge.label, turned: true });
    else this.line.textContent = "Select a relation to turn it around.";
  }

  moved(event) {
    const places = this.view.network.getPositions(), at = {};
    for (const id of event.nodes) if (this.view.cards.get(id) && !this.view.cards.get(id).of) at[id.slice(2)] = [Math.round(places[id].x), Math.round(places[id].y)];
    this.ended = Date.now();
    if (Object.keys(at).length) this.send({ op: "move", at });
  }

  // --- toolbar and keys ----------------------------------------------------------------------------------------

  tool(name) {
    const middle = { x: this.box.clientWidth / 2 - 120, y: 90 };
    if (name === "add") this.ask(middle);
    else if (name === "attribute") this.attribute();
    else if (name === "scene") this.picker.show({ sort: "scene", title: "Scene attribute", at: middle, again: () => this.keep, taken: (value) => this.send({ op: "scene", value }) });
    else if (name === "connect") this.connect();
    else if (name === "edit") { if (this.only()) this.edit(this.only()); else this.line.textContent = "Select one thing to give it another word."; }
    else if (name === "turn") this.turn();
    else if (name === "clone") this.clone(this.ids());
    else if (name === "delete") this.remove();
    else if (name === "keep") { this.keep = !this.keep; this.tools(); }
    else if (name === "satellites") this.component.setTriggerValue("look", { satellites: !this.view.data.satellites });
    else { if (name === "tidy") this.view.again = true; this.send({ op: name }); }
  }

  connect() {
    if (this.mode === "connect") { this.turnOff(); return; }
    this.mode = "connect";
    this.from = null;
    if (this.objects().length === 1) this.join(this.objects()[0]);
    else this.hint("Click the first object, then the second.");
    this.tools();
  }

  tools() {
    const data = this.view.data, edge = this.only() && this.only().startsWith("r:");
    const off = { edit: !this.only(), turn: !edge, clone: !this.objects().length, delete: !this.chosen.size, attribute: !this.objects().length && !(this.only() && this.view.chip(this.only())), undo: !data.undo, redo: !data.redo, connect: this.view.data.objects < 2 };
    const on = { keep: this.keep, satellites: data.satellites, connect: this.mode === "connect" };
    for (const button of [...this.bar.children, ...this.about.children]) {
      const name = button.dataset.tool;
      button.disabled = Boolean(off[name]);
      if (button.parentNode === this.about) button.hidden = button.disabled;
      if (name in on) button.setAttribute("aria-pressed", Boolean(on[name]));
    }
    this.box.dataset.chosen = [...this.chosen].join(" ");
    this.box.dataset.mode = this.mode;
  }

  key(event) {
    if (event.target !== this.box) return;
    const held = event.ctrlKey || event.metaKey, name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const deed = held ? this.chord(name, event.shiftKey) : event.altKey ? null : this.plain(name);
    if (!deed) return;
    event.preventDefault();
    event.stopPropagation();
    deed();
  }

  chord(name, shift) {
    return {
      z: () => this.send({ op: shift ? "redo" : "undo" }), y: () => this.send({ op: "redo" }), d: () => this.clone(this.ids()),
      c: () => { this.clip = this.ids(); }, v: () => this.clone(this.clip || []), a: () => this.choose(this.view.objects()),
    }[name];
  }

  plain(name) {
    return {
      Delete: () => this.remove(), Backspace: () => this.remove(), F2: () => this.tool("edit"), n: () => this.tool("add"), Insert: () => this.tool("add"),
      a: () => this.attribute(), c: () => this.connect(), t: () => this.turn(), Escape: () => { if (this.mode) this.turnOff(); else this.choose([]); },
      Enter: () => { const id = this.only(); if (this.mode === "connect" && id) this.join(id); else if (id) this.edit(id); },
      ArrowLeft: () => this.go(-1, 0), ArrowRight: () => this.go(1, 0), ArrowUp: () => this.go(0, -1), ArrowDown: () => this.go(0, 1),
      ".": () => this.around(1), ",": () => this.around(-1),
    }[name];
  }

  // Arrow keys: to the nearest object in that direction.
  go(dx, dy) {
    const places = this.view.network.getPositions(), ids = this.view.objects(), here = this.objects()[0];
    const tell = this.mode !== "connect";
    if (!here) { if (ids.length) this.choose([ids[0]], { tell }); return; }
    const from = places[here];
    const cost = (id) => { const x = places[id].x - from.x, y = places[id].y - from.y, along = x * dx + y * dy, aside = Math.abs(x * dy) + Math.abs(y * dx); return along <= 1 ? Infinity : along + 2 * aside; };
    const next = ids.filter((id) => id !== here).map((id) => [cost(id), id]).sort((a, b) => a[0] - b[0])[0];
    if (next && next[0] < Infinity) this.choose([next[1]], { tell });
  }

  // Full stop and comma: what hangs on the object: its attributes and relations, then itself again.
  around(step) {
    const here = this.only();
    if (!here) { this.go(1, 0); return; }
    if (!this.ring || !this.ring.includes(here)) this.ring = this.view.ring(here);
    const there = new Set(this.view.elements()), ring = this.ring.filter((id) => there.has(id));
    if (ring.length) this.choose([ring[(ring.indexOf(here) + step + ring.length) % ring.length]]);
  }

  // --- pointer: handles and boxes ------------------------------------------------------------------------------

  point(event) {
    const edge = this.box.querySelector(".draw").getBoundingClientRect(), dom = { x: event.clientX - edge.left, y: event.clientY - edge.top };
    return { dom, canvas: this.view.network.DOMtoCanvas(dom) };
  }

  under(at) {
    const places = this.view.network.getPositions();
    return this.view.objects().find((id) => { const card = this.view.cards.get(id), p = places[id]; return p && Math.abs(at.x - p.x) <= card.w / 2 && Math.abs(at.y - p.y) <= card.h / 2; }) || null;
  }

  // Where the handle of a card is: on the middle of its right side.
  handle(id) { const p = this.view.network.getPositions([id])[id], card = this.view.cards.get(id); return p && card.w ? { x: p.x + card.w / 2, y: p.y } : null; }

  held(at) {
    return [this.hot, this.only()].find((id) => { const h = id && this.view.cards.get(id) && !this.view.cards.get(id).of && this.handle(id); return h && Math.hypot(at.x - h.x, at.y - h.y) <= REACH; }) || null;
  }

  warm(id) { if (this.hot !== id) { this.hot = id; this.view.network.redraw(); } }

  over(event) {
    if (!this.view.network || this.pull) return;
    const { canvas } = this.point(event), id = this.under(canvas);
    if (id) this.warm(id);
    else if (!this.held(canvas)) this.warm(null);
    this.box.style.cursor = this.held(canvas) ? "crosshair" : "";
  }

  down(event) {
    this.box.focus({ preventScroll: true });
    if (!this.view.network || event.button !== 0) return;
    const { dom, canvas } = this.point(event), from = this.held(canvas);
    const empty = !this.under(canvas) && !this.view.network.getNodeAt(dom) && !this.view.network.getEdgeAt(dom);
    if (from) this.drag(event, { from, to: canvas });
    else if (empty && (event.shiftKey || event.ctrlKey || event.metaKey)) this.drag(event, { start: canvas, to: canvas });
  }

  drag(event, pull) {
    event.stopPropagation();
    event.preventDefault();
    this.pull = pull;
    const move = (next) => { this.pull.to = this.point(next).canvas; this.view.network.redraw(); };
    const stop = () => {
      window.removeEventListener("pointermove", move, true);
      window.removeEventListener("pointerup", up, true);
      window.removeEventListener("pointercancel", stop, true);
      this.pull = null; this.ended = Date.now(); this.view.network.redraw();
    };
    const up = (next) => { move(next); const done = this.pull; stop(); this.drop(done); };
    window.addEventListener("pointermove", move, true);
    window.addEventListener("pointerup", up, true);
    window.addEventListener("pointercancel", stop, true);
  }

  drop({ from, start, to }) {
    if (from) { const target = this.under(to); if (target && target !== from) this.link(from, target); return; }
    const places = this.view.network.getPositions(), inside = (p) => p && (p.x - start.x) * (p.x - to.x) <= 0 && (p.y - start.y) * (p.y - to.y) <= 0;
    this.choose(new Set([...this.chosen, ...this.view.objects().filter((id) => inside(places[id]))]));
  }

  // What the hand is doing, over everything else.
  paint(ctx) {
    const t = this.view.theme;
    for (const id of new Set([this.hot, this.only()])) {
      const at = id && this.view.cards.get(id) && !this.view.cards.get(id).of && this.handle(id);
      if (!at) continue;
      dot(ctx, at.x, at.y, 11, t.primary, t.page);
      ctx.strokeStyle = luminous(t.primary) ? "#111" : "#fff"; ctx.lineWidth = 2.4; ctx.lineCap = "round";
      ctx.beginPath(); ctx.moveTo(at.x - 5, at.y); ctx.lineTo(at.x + 5, at.y); ctx.moveTo(at.x + 1, at.y - 4); ctx.lineTo(at.x + 5, at.y); ctx.lineTo(at.x + 1, at.y + 4); ctx.stroke();
    }
    if (!this.pull) return;
    const { from, start, to } = this.pull, a = from ? this.handle(from) : start;
    if (!a) return;
    ctx.save(); ctx.strokeStyle = t.primary; ctx.lineWidth = from ? 4 : 2; ctx.setLineDash([9, 7]);
    ctx.beginPath();
    if (from) { ctx.moveTo(a.x, a.y); ctx.lineTo(to.x, to.y); } else ctx.rect(a.x, a.y, to.x - a.x, to.y - a.y);
    ctx.stroke(); ctx.restore();
  }
}
