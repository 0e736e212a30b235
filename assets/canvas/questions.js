// The questions by kind: the true one and its twist side by side, what the judge said, and a mark for every picture.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const table = parentElement.querySelector(".asked");
  table.replaceChildren();
  const rows = [];
  const cell = (row, className, text) => { const td = make("td", className, text); row.append(td); return td; };
  const asked = (row, className, side) => {
    const td = cell(row, className, side ? side.text : "");
    if (!side || !side.choices.length) return;
    const line = make("div", "choices");
    for (const choice of side.choices) line.append(make("span", choice === side.answer ? "right" : "", choice));
    td.append(line);
  };
  const reply = (row, side) => {
    const said = cell(row, "reply");
    if (!side || !side.text) { cell(row, "number", ""); return; }
    if (!side.reply) { said.append(make("span", "faint", "–")); cell(row, "number faint", ""); return; }
    said.append(badge(side.status), make("span", "", side.reply));
    cell(row, "number", side.p === null ? "" : side.p.toFixed(2));
  };
  const marks = (row, statuses) => {
    const td = cell(row, "per");
    statuses.forEach((status, i) => {
      const mark = status ? badge(status) : make("span", "faint", "·");
      if (i === data.current) mark.classList.add("now");
      td.append(mark);
    });
  };
  const head = make("tr");
  for (const [text, className] of data.head) {
    const th = make("th", className, text); th.scope = "col"; head.append(th);
  }
  const top = make("thead"); top.append(head); table.append(top);
  for (const group of data.groups) {
    const body = make("tbody");
    const title = make("tr"), th = make("th", "kind", group.title);
    th.colSpan = data.head.length; th.scope = "rowgroup"; title.append(th); body.append(title);
    for (const item of group.rows) {
      const row = make("tr", "row");
      row.tabIndex = 0;
      const choose = () => setTriggerValue("picked", { element: item.elements[0] });
      row.onclick = choose;
      row.onkeydown = (event) => { if (event.key === "Enter") choose(); };
      row.onmouseenter = row.onfocus = () => look(data.group, item.elements);
      row.onmouseleave = row.onblur = () => look(data.group, data.selected);
      asked(row, "text", item);
      cell(row, "", item.answer);
      reply(row, item);
      asked(row, "text twist", item.twist);
      cell(row, "", item.twist ? item.twist.answer : "");
      reply(row, item.twist);
      if (data.pictures > 1) marks(row, item.marks);
      body.append(row);
      rows.push([row, item.elements]);
    }
    table.append(body);
  }
  const light = (elements) => {
    for (const [row, own] of rows) row.classList.toggle("lit", own.some((e) => elements.includes(e)));
  };
  light(data.selected);
  return onLook(data.group, light);
}
