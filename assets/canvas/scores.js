// One line for each figure: what the judge's answers give, and what they give after people's answers.
export default function (component) {
  const { data } = component;
  const table = component.parentElement.querySelector(".scores");
  table.replaceChildren();
  const head = make("tr");
  for (const text of data.head) { const th = make("th", "", text); th.scope = "col"; head.append(th); }
  const top = make("thead"), body = make("tbody");
  top.append(head);
  for (const line of data.rows) {
    const row = make("tr", line.main ? "main" : ""), name = make("th", "", line.name);
    name.scope = "row"; name.title = line.meaning;
    row.append(name, ...line.values.map((value, i) => make("td", i && line.changed ? "changed" : "", value)));
    body.append(row);
  }
  table.append(top, body);
}
