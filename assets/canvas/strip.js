// Small pictures in a row for each generator, each with its score; choosing one is told to Python.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".strip");
  root.replaceChildren();
  for (const group of data.groups) {
    const film = make("div", "film many");
    for (const picture of group.pictures) film.append(frame(picture, data.current, setTriggerValue));
    root.append(make("p", "generator", group.label), film);
  }
}

function frame(picture, current, setTriggerValue) {
  const button = make("button"), image = make("img"), line = make("div", "line"), score = make("span", "", picture.score);
  button.type = "button";
  button.dataset.picture = picture.id;
  button.dataset.stale = picture.stale;
  button.setAttribute("aria-pressed", picture.id === current);
  image.src = picture.src; image.alt = picture.alt;
  if (picture.status) score.prepend(badge(picture.status), document.createTextNode(" "));
  line.append(score, make("span", "faint", picture.note));
  button.append(image, line);
  button.title = picture.alt;
  button.onclick = () => setTriggerValue("picked", { picture: picture.id });
  return button;
}
