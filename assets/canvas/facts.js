// Names and values in two columns, all of them text.
export default function (component) {
  const list = component.parentElement.querySelector(".facts");
  list.replaceChildren();
  for (const [name, value, kind] of component.data.facts) list.append(make("dt", "", name), make("dd", kind, value));
}
