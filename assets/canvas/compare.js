// Two pictures on one place: a divider that follows the pointer, a finger or the arrow keys; B blinks between them.
export default function (component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".compare");
  const before = root.querySelector("input");
  const at = before ? Number(before.value) : 50;
  root.replaceChildren();
  const stage = make("div", "stage");
  const layer = (side, className) => {
    const box = make("div", className), image = make("img");
    image.src = side.src; image.alt = side.alt; image.draggable = false;
    box.append(image);
    return box;
  };
  const right = layer(data.right, "layer"), left = layer(data.left, "layer over"), line = make("div", "divider");
  const range = make("input");
  range.type = "range"; range.min = 0; range.max = 100; range.step = 1; range.value = at;
  range.setAttribute("aria-label", `Divider between ${data.left.label} and ${data.right.label}`);
  const place = () => {
    const value = Number(range.value);
    left.style.clipPath = `inset(0 ${100 - value}% 0 0)`;
    line.style.left = value + "%";
    range.setAttribute("aria-valuetext", `${value} percent ${data.left.label}`);
    root.dataset.at = value;
  };
  range.oninput = place;
  range.onkeydown = (event) => {
    if (event.key.toLowerCase() !== "b" || event.ctrlKey || event.metaKey || event.altKey) return;
    range.value = Number(range.value) > 50 ? 0 : 100; place(); event.preventDefault();
  };
  stage.append(right, left, line, make("span", "name one", data.left.label), make("span", "name two", data.right.label), range);
  root.append(stage, make("p", "hint", data.hint));
  place();
}
