// Every question of a scene, one line each: what is right, what the judge said, what a person said, how it stands now.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const table = parentElement.querySelector(".answers");
  table.replaceChildren();
  const rows = [];
  const head = make("tr");
  for (const text of data.head) { const th = make("th", "", text); th.scope = "col"; head.append(th); }
  const top = make("thead"); top.append(head); table.append(top);
  for (const group of data.groups) {
    const body = make("tbody"), title = make("tr"), th = make("th", "kind", group.title);
    th.colSpan = data.head.length; th.scope = "rowgroup"; title.append(th); body.append(title);
    for (const item of group.rows) {
      const row = make("tr", "row" + (item.twist ? " twist" : "") + (item.said ? " said" : ""));
      row.tabIndex = 0;
      row.dataset.question = item.id;
      if (item.id === data.picked) { row.classList.add("picked"); row.setAttribute("aria-current", "true"); }
      const choose = () => setTriggerValue("picked", { question: item.id });
      row.onclick = choose;
      row.onkeydown = (event) => { if (event.key === "Enter") choose(); };
      row.onmouseenter = row.onfocus = () => look(data.group, item.elements);
      row.onmouseleave = row.onblur = () => look(data.group, data.selected);
      row.append(make("td", "text", item.text), make("td", "", item.answer));
      row.append(said(item.status, item.reply), make("td", "number", item.p === null ? "" : item.p.toFixed(2)));
      const person = make("td", "person");
      if (item.said) person.append(make("strong", "", item.said.answer), make("span", "faint", " " + item.said.by));
      row.append(person, said(item.now, item.meaning));
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

function said(status, text) {
  const cell = make("td", "reply");
  if (status) cell.append(badge(status));
  cell.append(make("span", text ? "" : "faint", text || "–"));
  return cell;
}
