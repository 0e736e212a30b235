// Shared by every component: one event on the window says which elements are looked at, so that graph, caption and
// questions light up together in the browser, without a round trip. Texts are only ever set through textContent.
const EVENT = "scenewright-look";
const GLYPH = { right: "✓", wrong: "✗", "not asked": "–", unsure: "?" };
const SAID = { right: "right", wrong: "wrong", "not asked": "not asked, because what it rests on failed", unsure: "unsure" };

function look(group, elements) {
  window.dispatchEvent(new CustomEvent(EVENT, { detail: { group, elements: elements || [] } }));
}

function onLook(group, react) {
  const hear = (event) => { if (event.detail.group === group) react(event.detail.elements); };
  window.addEventListener(EVENT, hear);
  return () => window.removeEventListener(EVENT, hear);
}

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined && text !== null) node.textContent = String(text);
  return node;
}

function badge(status) {
  const node = make("span", "glyph", GLYPH[status] || "");
  node.dataset.status = status;
  if (SAID[status]) { node.setAttribute("role", "img"); node.setAttribute("aria-label", SAID[status]); node.title = SAID[status]; }
  return node;
}
