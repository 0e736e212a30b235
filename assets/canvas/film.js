// The pictures in a row, each with its score; choosing one is told to Python.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const film = parentElement.querySelector(".film");
  film.classList.toggle("few", data.pictures.length <= 4);
  film.replaceChildren();
  for (const picture of data.pictures) {
    const button = make("button");
    button.type = "button";
    button.dataset.picture = picture.id;
    button.dataset.stale = picture.stale;
    button.setAttribute("aria-pressed", picture.id === data.current);
    const image = make("img");
    image.src = picture.src;
    image.alt = picture.alt;
    const line = make("div", "line");
    const score = make("span", "", picture.score);
    if (picture.status) score.prepend(badge(picture.status), document.createTextNode(" "));
    line.append(score, make("span", "", picture.note));
    button.append(image, line);
    button.onclick = () => setTriggerValue("picked", { picture: picture.id });
    film.append(button);
  }
}
