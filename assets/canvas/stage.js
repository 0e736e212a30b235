// The stage: a scene grows element by element, its caption lights up with it, the picture forms, the questions are ticked.
// One component that keeps its place through every update, so that nothing flickers and full screen lasts.
// Space, Right and PageDown go on, Left and PageUp back; S surprises, W takes words, L loops the reel, Q shows the address, B darkens.
const stages = new WeakMap();
const ACTS = ["graph", "picture", "questions", "end"];
const PACE = { reel: { graph: 620, picture: 430, questions: 560 }, live: { graph: 300, picture: 200, questions: 420 } };
const PAUSE = { graph: 900, picture: 1300, questions: 1400, end: 5200 };
const SVG = "http://www.w3.org/2000/svg";
const MOST = 14;

export default function (component) {
  const root = component.parentElement.querySelector(".stage");
  let stage = stages.get(root);
  if (!stage) { stage = new Stage(root); stages.set(root, stage); }
  stage.take(component.data, component.setTriggerValue);
  return () => { setTimeout(() => { if (!root.isConnected) { stage.end(); stages.delete(root); } }, 400); };
}

function draw(tag, attributes, text) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

class Stage {
  constructor(root) {
    this.root = root;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.key = null; this.place = 0; this.act = 0; this.beat = 0; this.auto = !this.calm; this.timer = null; this.pressed = 0; this.timed = 0;
    this.parts = {};
    for (const name of ["caption", "graph", "picture", "now", "strip", "words", "phone", "hint", "keys", "black", "spoken"]) this.parts[name] = root.querySelector("." + name);
    this.hear = (event) => this.onkey(event);
    document.addEventListener("keydown", this.hear, true);
    this.moved = () => { root.classList.remove("idle"); clearTimeout(this.idle); this.idle = setTimeout(() => root.classList.add("idle"), 3000); };
    root.addEventListener("mousemove", this.moved);
    this.moved();
    for (const button of root.querySelectorAll("[data-do]")) button.onclick = () => { this.obey(button.dataset.do); button.blur(); };
    const form = root.querySelector(".words form");
    form.onsubmit = (event) => { event.preventDefault(); this.surprise(form.querySelector("input").value); };
    this.parts.words.onkeydown = (event) => { event.stopPropagation(); if (event.key === "Escape") this.obey("words"); };
    document.addEventListener("fullscreenchange", this.full = () => root.classList.toggle("full", this.isFull()));
  }

  end() {
    document.removeEventListener("keydown", this.hear, true);
    document.removeEventListener("fullscreenchange", this.full);
    clearTimeout(this.timer); clearTimeout(this.idle); clearTimeout(this.hinting); clearTimeout(this.again); clearInterval(this.ticker);
  }

  isFull() { const here = this.root.getRootNode(); return Boolean(document.fullscreenElement || here.fullscreenElement); }

  // --- what Python says

  take(data, tell) {
    this.tell = tell; this.data = data;
    this.shows = data.mode === "reel" ? data.reel : [data.live];
    const fresh = this.key !== data.key;
    if (fresh) { this.timed = this.pressed; this.pressed = 0; this.key = data.key; this.place = 0; this.auto = data.mode === "live" || !this.calm; }
    const heard = !this.turn || data.heard === this.turn;
    if (heard) { this.hint(data.notice); this.waiting(false); }
    if (fresh) this.begin(0); else { this.phone(); this.refresh(); }
    if (!heard) return;
    clearInterval(this.ticker);  // an interval, since news that are the same as before do not come here
    if (data.mode === "live" && data.job && data.job.active) this.ticker = setInterval(() => this.tell("tick", Date.now()), 350);
  }

  get show() { return this.shows[this.place] || null; }

  begin(act) {
    this.act = act; this.beat = 0; this.last = null;
    if (act === 0 && this.show) { this.lay(); this.phone(); }
    this.refresh();
  }

  // New facts about the show on stage: the same act goes on.
  refresh() { this.paint(); this.go(); }

  // --- time

  total(act) {
    const show = this.show;
    if (!show) return 0;
    if (ACTS[act] === "graph") return show.order.length;
    if (ACTS[act] === "picture") return this.data.mode === "reel" ? show.frames.length + 1 : show.final ? 1 : Infinity;
    return ACTS[act] === "questions" ? Math.min(MOST, show.questions.length) : 1;
  }

  stuck() {
    if (this.data.mode !== "live" || !this.show) return false;
    const waiting = this.data.job && this.data.job.active;
    return (ACTS[this.act] === "picture" && !this.show.final) || (ACTS[this.act] === "questions" && waiting && !this.show.judged);
  }

  go() {
    clearTimeout(this.timer);
    if (!this.show || this.stuck()) return;
    const act = ACTS[this.act], full = this.beat >= this.total(this.act);
    if (!full) this.timer = setTimeout(() => { this.beat += 1; this.refresh(); }, PACE[this.data.mode][act] || 10);
    else if (this.auto && !(act === "end" && this.data.mode === "live")) this.timer = setTimeout(() => this.onward(), PAUSE[act]);
  }

  onward() {
    if (this.act < ACTS.length - 1) this.begin(this.act + 1);
    else if (this.data.mode === "reel") { this.place = (this.place + 1) % this.shows.length; this.begin(0); }
  }

  next() {
    if (!this.show) return;
    if (this.data.mode === "reel") this.auto = false;
    if (this.stuck()) return this.paint();
    if (this.beat < this.total(this.act)) { this.beat = this.total(this.act); this.refresh(); } else this.onward();
  }

  back() {
    if (!this.show) return;
    this.auto = false;
    if (this.act > 0) this.act -= 1;
    else if (this.data.mode === "reel" && this.shows.length > 1 && this.beat >= this.total(0)) {
      this.place = (this.place + this.shows.length - 1) % this.shows.length; this.act = ACTS.length - 1; this.lay();
    } else { this.begin(0); return; }
    this.beat = Math.min(this.total(this.act), 1e6); this.last = null;
    this.refresh();
  }

  // --- keys and buttons

  onkey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.root.isConnected) return;
    const path = event.composedPath(), typing = path.some((node) => node.tagName === "INPUT" || node.tagName === "TEXTAREA" || node.tagName === "SELECT" || node.isContentEditable);
    const pressing = path.find((node) => node.tagName === "BUTTON" || node.tagName === "A" || (node.getAttribute && node.getAttribute("role") === "button"));
    if (typing || (pressing && (event.key === " " || event.key === "Enter"))) return;
    const what = { ArrowRight: "next", " ": "next", PageDown: "next", ArrowLeft: "back", PageUp: "back", s: "surprise", f: "full", w: "words", l: "loop", q: "phone", b: "black", ".": "black" }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!what) return;
    event.preventDefault(); event.stopPropagation();
    if (!event.repeat) this.obey(what);
  }

  obey(what) {
    if (what === "next") this.next();
    else if (what === "back") this.back();
    else if (what === "surprise") this.surprise("");
    else if (what === "loop") this.loop();
    else if (what === "full") this.isFull() ? document.exitFullscreen() : this.root.requestFullscreen && this.root.requestFullscreen().catch(() => this.hint("This browser does not allow full screen here."));
    else if (what === "words") {
      const open = this.parts.words.classList.toggle("open"), field = this.parts.words.querySelector("input");
      if (open) { field.value = ""; field.focus(); } else field.blur();
    } else if (what === "phone") { this.asked = !this.asked; this.phone(); }
    else if (what === "black") this.parts.black.classList.toggle("open");
  }

  surprise(words) {
    this.parts.words.classList.remove("open");
    this.pressed = performance.now(); this.root.dataset.first = this.root.dataset.final = "";
    this.waiting(true);
    this.hint(""); this.hinted = null;
    this.ask({ words: words.slice(0, 400) });
  }

  // Asked until it is heard: while the picture is awaited, a look for news may take the place of what was asked.
  ask(what) {
    clearInterval(this.ticker); clearTimeout(this.again);
    const said = { ...what, turn: Date.now() };
    this.turn = said.turn;
    const send = () => { if (this.data.heard !== this.turn && said.turn === this.turn) { this.tell("asked", said); this.again = setTimeout(send, 1500); } };
    send();
  }

  loop() {
    if (this.data.mode === "reel") { this.auto = !this.auto; this.hint(this.auto ? "" : "The reel waits. L goes on."); this.refresh(); } else this.ask({ reel: true });
  }

  waiting(on) { this.root.classList.toggle("waiting", on); this.root.setAttribute("aria-busy", on); }

  // Said once; it goes by itself, and a new one takes its place.
  hint(text) {
    if (text === this.hinted) return;
    this.hinted = text;
    const box = this.parts.hint;
    box.textContent = text || ""; box.classList.toggle("open", Boolean(text));
    clearTimeout(this.hinting);
    if (text) this.hinting = setTimeout(() => box.classList.remove("open"), 9000);
  }

  // --- drawing: everything is laid out once per scene, then only classes change

  lay() {
    const show = this.show;
    this.step = new Map(show.order.map((element, place) => [element, place]));
    this.parts.caption.replaceChildren(...show.pieces.map((piece) => {
      const node = make("span", "piece", piece.text);
      node.at = Math.min(...piece.elements.map((e) => this.step.has(e) ? this.step.get(e) : Infinity));
      node.meant = piece.element;
      return node;
    }));
    this.parts.caption.classList.toggle("long", show.caption.length > 110);
    this.parts.caption.classList.toggle("longer", show.caption.length > 230);
    this.graph(show);
    const box = this.parts.picture;
    const image = make("img"); image.alt = "";
    box.replaceChildren(image, make("div", "blank", ""), make("div", "by", ""));
    this.shown = null;
    this.parts.strip.replaceChildren();
    this.asking = null;
  }

  graph(show) {
    const svg = draw("svg", { viewBox: show.box.join(" "), preserveAspectRatio: "xMidYMid meet", "aria-hidden": "true" });
    const defs = draw("defs"), tip = draw("marker", { id: "tip", viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 17, markerHeight: 17, markerUnits: "userSpaceOnUse", orient: "auto-start-reverse" });
    tip.append(draw("path", { d: "M0 0L10 5L0 10z", class: "tip" }));
    defs.append(tip); svg.append(defs);
    this.elements = [];
    const add = (node, id, status) => { node.classList.add("part"); node.dataset.element = id; svg.append(node); this.elements.push(node); return node; };
    for (const edge of show.edges) {
      const g = draw("g", { class: "edge" });
      g.append(draw("path", { d: edge.path, class: "line", pathLength: 1, "marker-end": "url(#tip)" }));
      const label = draw("g", { transform: `translate(${edge.x} ${edge.y})` });
      label.append(draw("rect", { x: -edge.w, y: -15, width: 2 * edge.w, height: 30, rx: 9, class: "plate" }), draw("text", { class: "phrase", dy: "0.34em" }, edge.label));
      g.append(label);
      add(g, edge.id);
    }
    for (const node of show.nodes) {
      const g = draw("g", { class: "node", transform: `translate(${node.x} ${node.y})` }), inner = draw("g", { class: "grow" });
      inner.append(draw("rect", { x: -node.w, y: -node.h, width: 2 * node.w, height: 2 * node.h, rx: 14, class: "card" }), draw("text", { class: "name", y: node.chips.length ? -16 : 0, dy: "0.34em" }, node.label));
      g.append(inner);
      add(g, node.id);
      for (const chip of node.chips) {
        const c = draw("g", { class: "chip", transform: `translate(${node.x + chip.x} ${node.y + 19})` }), grow = draw("g", { class: "grow" });
        grow.append(draw("rect", { x: -chip.w, y: -15, width: 2 * chip.w, height: 30, rx: 15, class: "pill" }));
        if (chip.swatch) { const dot = draw("circle", { cx: -chip.w + 16, cy: 0, r: 8, class: "swatch" }); dot.style.fill = chip.swatch; grow.append(dot); }
        grow.append(draw("text", { class: "value", x: chip.swatch ? 10 : 0, dy: "0.34em" }, chip.text));
        c.append(grow);
        add(c, chip.id);
      }
    }
    const scene = make("div", "scenery");
    for (const item of show.scene) {
      const chip = make("span", "part", "");
      chip.append(make("small", "", item.kind), document.createTextNode(" " + item.value));
      chip.dataset.element = item.id;
      scene.append(chip); this.elements.push(chip);
    }
    this.parts.graph.replaceChildren(svg, scene);
    this.parts.graph.setAttribute("aria-label", "Scene graph: " + show.caption);
  }

  paint() {
    const show = this.show, root = this.root;
    if (!show) { root.dataset.act = "none"; return; }
    const act = ACTS[this.act];
    root.dataset.act = act; root.dataset.beat = this.beat; root.dataset.show = show.key; root.dataset.mode = this.data.mode; root.dataset.auto = this.auto;
    const grown = act === "graph" ? this.beat : Infinity, now = act === "graph" ? this.beat - 1 : -1;
    const ticked = act === "questions" ? Math.min(this.beat, show.questions.length) : act === "end" ? show.questions.length : 0;
    const statuses = {}, looked = act === "questions" && ticked ? show.questions[ticked - 1].elements : [];
    for (const question of show.questions.slice(0, ticked)) for (const e of question.elements) if (show.statuses[e]) statuses[e] = show.statuses[e];
    for (const node of this.elements) {
      const id = node.dataset.element, at = this.step.get(id);
      node.classList.toggle("on", at < grown); node.classList.toggle("now", at === now || looked.includes(id));
      if (statuses[id]) node.dataset.status = statuses[id]; else delete node.dataset.status;
    }
    for (const node of this.parts.caption.children) {
      node.classList.toggle("said", node.at < grown || node.at === Infinity);
      node.classList.toggle("now", Boolean(node.meant) && (this.step.get(node.meant) === now || looked.includes(node.meant)));
    }
    this.picture(show, act);
    this.questions(show, act, ticked);
  }

  picture(show, act) {
    const box = this.parts.picture, [image, blank, by] = box.children, live = this.data.mode === "live";
    const late = act === "questions" || act === "end";
    const frame = live ? show.final || (this.data.job && this.data.job.preview) || null
      : late ? show.final : act === "picture" && this.beat > 0 ? (this.beat > show.frames.length ? show.final : show.frames[this.beat - 1]) : null;
    if (frame !== this.shown) { this.shown = frame; if (frame) image.src = frame; }
    box.classList.toggle("seen", Boolean(frame)); box.classList.toggle("forming", Boolean(frame) && frame !== show.final);
    image.alt = frame === show.final && frame ? "Picture of: " + show.caption : frame ? "The picture as it forms" : "";
    blank.textContent = frame ? "" : live && this.data.job ? this.data.job.message : "";
    by.textContent = frame && frame === show.final ? show.by : "";
    if (live && this.timed && frame) {
      const ms = Math.round(performance.now() - this.timed);
      if (!this.root.dataset.first) this.root.dataset.first = ms;
      if (frame === show.final && !this.root.dataset.final) this.root.dataset.final = ms;
    }
  }

  questions(show, act, ticked) {
    const strip = this.parts.strip, open = act === "questions" || act === "end", list = show.questions.slice(0, MOST);
    strip.classList.toggle("open", open);
    if (this.asking !== show.questions) {
      this.asking = show.questions;
      strip.replaceChildren(...list.map((question) => { const chip = make("span", "q"); chip.append(make("i", "", ""), make("span", "", question.text)); return chip; }));
      if (show.questions.length > MOST) strip.append(make("span", "more", `and ${show.questions.length - MOST} more`));
    }
    list.forEach((question, i) => {
      const chip = strip.children[i], done = open && i < ticked;
      chip.classList.toggle("done", done); chip.classList.toggle("now", act === "questions" && i === ticked - 1);
      chip.firstChild.textContent = done ? GLYPH[question.status] || "·" : "";
      if (done && question.status) chip.dataset.status = question.status; else delete chip.dataset.status;
    });
    const line = this.parts.now, q = act === "questions" && ticked ? show.questions[ticked - 1] : null;
    const waits = act === "questions" && this.stuck();
    const text = waits ? "The judge is looking…" : q ? q.text : act === "end" ? show.reason : "";
    const mark = q ? q.status : act === "end" ? show.verdict : null;
    if (this.last !== text + mark) {
      this.last = text + mark;
      line.replaceChildren();
      if (mark) line.append(badge(mark));
      line.append(make("span", "", text));
      if (q && q.reply) line.append(make("em", "", q.reply));
      if (act === "end" && show.score !== null) line.append(make("strong", "", show.score));
      this.parts.spoken.textContent = q ? `${q.text} ${q.reply || ""}, ${SAID[q.status] || "no answer"}.` : act === "end" ? `${show.score || ""} ${show.reason}` : act === "graph" && this.beat <= 1 ? show.caption : "";
    }
  }

  phone() {
    const show = this.show, box = this.parts.phone, code = show && show.phone;
    box.replaceChildren();
    const open = Boolean(this.asked && show);
    box.classList.toggle("open", open);
    if (!open) return;
    if (code && code.src) { const image = make("img"); image.src = code.src; image.alt = "QR code of " + code.url; box.append(image, make("span", "", code.url)); } else box.append(make("p", "", code ? code.reason : this.data.reason));
  }
}
