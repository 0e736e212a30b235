// Pictures in rows and columns: one row for each generator or word, one column for each seed; a click opens a picture.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const table = parentElement.querySelector(".grid");
  table.replaceChildren();
  const head = make("tr");
  for (const text of ["", ...data.columns]) { const th = make("th", "", text); th.scope = "col"; head.append(th); }
  const top = make("thead"); top.append(head); table.append(top);
  const body = make("tbody");
  for (const line of data.rows) {
    const row = make("tr"), th = make("th", "");
    th.scope = "row";
    th.append(make("span", "label", line.label), make("span", "faint", line.note));
    row.append(th);
    for (const cell of line.cells) row.append(one(cell, data, setTriggerValue));
    body.append(row);
  }
  table.append(body);
}

function one(cell, data, setTriggerValue) {
  const td = make("td");
  if (!cell) { td.append(make("div", "waiting", data.waiting)); return td; }
  const button = make("button"), image = make("img"), line = make("div", "line");
  button.type = "button";
  button.dataset.picture = cell.id;
  button.setAttribute("aria-pressed", cell.id === data.current);
  image.src = cell.src; image.alt = cell.alt;
  if (cell.status) line.append(badge(cell.status), document.createTextNode(" "));
  line.append(make("span", "", cell.score));
  button.append(image, line);
  button.onclick = () => setTriggerValue("picked", { picture: cell.id });
  td.append(button);
  return td;
}
