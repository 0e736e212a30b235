// The caption, cut into pieces; hovering or choosing a piece lights its element everywhere.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".caption");
  root.replaceChildren();
  root.classList.toggle("long", data.pieces.reduce((sum, piece) => sum + piece.text.length, 0) > 300);
  const pieces = data.pieces.map((piece) => {
    const node = make("span", "piece", piece.text);
    if (piece.element) {
      node.dataset.element = piece.element;
      node.tabIndex = 0;
      const choose = () => setTriggerValue("picked", { element: piece.element });
      node.onclick = choose;
      node.onkeydown = (event) => { if (event.key === "Enter") choose(); };
      node.onmouseenter = node.onfocus = () => look(data.group, [piece.element]);
      node.onmouseleave = node.onblur = () => look(data.group, data.selected);
      node.setAttribute("role", "button");
    }
    if (piece.status) node.dataset.status = piece.status;
    if (piece.outside) node.classList.add("outside");
    root.append(node);
    if (piece.mark) {  // after the last letter, before the space
      const up = make("sup"), bare = piece.text.trimEnd();
      up.append(badge(piece.mark));
      node.textContent = bare;
      root.append(up, document.createTextNode(piece.text.slice(bare.length)));
    }
    return [node, piece.elements];
  });
  const light = (elements) => {
    for (const [node, own] of pieces) node.classList.toggle("lit", own.some((e) => elements.includes(e)));
  };
  light(data.selected);
  return onLook(data.group, light);
}
