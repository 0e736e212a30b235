// The grid of pictures to curate: a checkbox on each, ranges with Shift, arrows to walk, Space or X to choose, A for all,
// Enter to inspect. What is chosen is told to Python a moment after the last click; the cards stay as they are meanwhile.
const grids = new WeakMap();

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".picks");
  let grid = grids.get(root);
  if (!grid) { grid = { chosen: new Set(), shown: "", last: -1, timer: null }; grids.set(root, grid); }
  const cards = data.cards;
  grid.tell = () => {
    clearTimeout(grid.timer);
    grid.timer = setTimeout(() => {
      grid.told = Date.now();
      setTriggerValue("picked", { ids: cards.map((c) => c.id).filter((id) => grid.chosen.has(id)), page: data.page });
    }, 220);
  };
  const shown = JSON.stringify(cards);
  if (grid.shown !== shown) { grid.shown = shown; grid.last = -1; build(root, grid, cards); }
  if (grid.rev !== data.rev) { grid.rev = data.rev; grid.chosen = new Set(data.selected); }
  paint(root, grid);
  return () => clearTimeout(grid.timer);
}

function build(root, grid, cards) {
  root.replaceChildren();
  cards.forEach((card, place) => {
    const box = make("div", "card");
    box.dataset.picture = card.id;
    box.tabIndex = place ? -1 : 0;
    box.setAttribute("role", "checkbox");
    box.setAttribute("aria-label", card.alt);
    box.title = card.caption;
    const frame = make("div", "frame"), tick = make("span", "tick");
    tick.setAttribute("aria-hidden", "true");
    if (card.src) {
      const image = make("img"); image.src = card.src; image.alt = ""; image.loading = "lazy"; image.draggable = false;
      frame.append(image);
    } else frame.append(make("span", "gone", "file missing"));
    if (card.note) frame.append(make("span", "flag", card.note));
    frame.append(tick);
    const line = make("div", "line"), open = make("a", "open", "Inspect");
    if (card.status) line.append(badge(card.status));
    line.append(make("strong", "", card.score), make("span", "faint", card.by));
    open.href = card.href; open.target = "_self"; open.tabIndex = -1; open.onclick = (event) => event.stopPropagation();
    line.append(open);
    box.append(frame, line, make("div", "says", card.caption));
    if (card.tags.length) { const tags = make("div", "tags"); card.tags.forEach((tag) => tags.append(make("span", "", tag))); box.append(tags); }
    box.onclick = (event) => { event.shiftKey && grid.last >= 0 ? range(root, grid, cards, grid.last, place) : flip(root, grid, cards, place); box.focus(); };
    box.onkeydown = (event) => keys(event, root, grid, cards, place);
    box.onfocus = () => { root.querySelectorAll(".card").forEach((other) => { other.tabIndex = other === box ? 0 : -1; }); };
    root.append(box);
  });
}

function flip(root, grid, cards, place) {
  const id = cards[place].id;
  if (!grid.chosen.delete(id)) grid.chosen.add(id);
  grid.last = place;
  paint(root, grid); grid.tell();
}

function range(root, grid, cards, from, to) {
  const on = grid.chosen.has(cards[from].id);
  for (let i = Math.min(from, to); i <= Math.max(from, to); i++) on ? grid.chosen.add(cards[i].id) : grid.chosen.delete(cards[i].id);
  grid.last = to;
  paint(root, grid); grid.tell();
}

function keys(event, root, grid, cards, place) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const boxes = [...root.querySelectorAll(".card")], top = boxes[0].offsetTop;
  const across = Math.max(1, boxes.filter((box) => box.offsetTop === top).length);
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across }[event.key];
  const key = event.key.toLowerCase();
  if (step) {
    const next = Math.min(cards.length - 1, Math.max(0, place + step));
    if (event.shiftKey) { if (grid.last < 0) grid.last = place; grid.chosen.add(cards[place].id); range(root, grid, cards, place, next); }
    boxes[next].focus();
  } else if (key === " " || key === "x") flip(root, grid, cards, place);
  else if (key === "a") {
    const all = cards.every((card) => grid.chosen.has(card.id));
    cards.forEach((card) => (all ? grid.chosen.delete(card.id) : grid.chosen.add(card.id)));
    paint(root, grid); grid.tell();
  } else if (key === "escape") { grid.chosen.clear(); paint(root, grid); grid.tell(); }
  else if (key === "enter") root.querySelectorAll(".card .open")[place].click();
  else return;
  event.preventDefault(); event.stopPropagation();
}

function paint(root, grid) {
  for (const box of root.querySelectorAll(".card")) box.setAttribute("aria-checked", grid.chosen.has(box.dataset.picture));
}
