// Picks a word: a combobox over the canvas. What is offered comes from the server as one types, at most 200 words;
// a list that is complete is narrowed down here. Texts are only ever set through textContent.
class Picker {
  constructor(box, ask) {
    this.box = box;
    this.ask = ask;
    this.number = 0;
    this.whole = new Map();
    this.last = new Map();
    this.root = make("div", "pick");
    this.root.hidden = true;
    this.label = make("label");
    this.label.htmlFor = "pick-word";
    this.input = make("input");
    this.input.id = "pick-word";
    this.input.autocomplete = "off"; this.input.spellcheck = false; this.input.maxLength = 120;
    for (const [name, value] of [["role", "combobox"], ["aria-expanded", "true"], ["aria-controls", "pick-words"], ["aria-autocomplete", "list"]]) this.input.setAttribute(name, value);
    this.list = make("ul");
    this.list.id = "pick-words";
    this.list.setAttribute("role", "listbox");
    this.root.append(this.label, this.input, this.list);
    box.append(this.root);
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.root.addEventListener("focusout", () => setTimeout(() => { if (this.open && !this.root.contains(this.box.getRootNode().activeElement)) this.close(false); }, 120));
  }

  get open() { return !this.root.hidden; }

  // `sort` is object, attribute, relation or scene; `about` the elements it is said of; `taken` hears the word.
  show({ sort, about, title, at, value, taken, again }) {
    Object.assign(this, { sort, about: about || [], taken, again, active: -1, waiting: false });
    this.label.textContent = title;
    this.root.hidden = false;
    this.root.style.left = Math.max(8, Math.min(at.x - 30, this.box.clientWidth - 300)) + "px";
    this.root.style.top = Math.max(8, Math.min(at.y - 20, this.box.clientHeight - 330)) + "px";
    this.input.value = value ?? "";
    this.input.placeholder = this.last.get(sort) ? `Enter for “${this.last.get(sort)}”` : "Type a word";
    this.input.focus({ preventScroll: true });
    this.input.select();
    this.search("");
  }

  close(back = true) {
    this.root.hidden = true;
    clearTimeout(this.timer);
    if (back) this.box.focus({ preventScroll: true });
  }

  key(event) {
    event.stopPropagation();
    if (event.key === "Escape") this.close();
    else if (event.key === "Enter") { event.preventDefault(); this.enter(); }
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const count = this.list.children.length;
      if (count) this.mark((this.active + (event.key === "ArrowDown" ? 1 : count - 1) + (this.active < 0 && event.key === "ArrowUp" ? 1 : 0)) % count);
    }
  }

  typed() {
    this.active = -1;
    clearTimeout(this.timer);
    const text = this.input.value, found = this.known();
    if (found) { this.fill(narrowed(found, text), text); return; }
    this.waiting = true;
    this.timer = setTimeout(() => this.search(text), 70);
  }

  known() { return this.whole.get(this.sort) || this.whole.get(this.place()); }

  place() { return this.sort + "\n" + this.about.join("\n"); }

  search(text) {
    const found = this.known();
    if (found) { this.waiting = false; this.fill(narrowed(found, text), text); return; }
    this.number += 1;
    this.waiting = true;
    this.ask({ sort: this.sort, text, about: this.about, n: this.number });
  }

  // An answer to the last question; older ones are not looked at.
  hear(offer) {
    if (!offer || offer.n !== this.number || offer.n === this.heard) return;
    this.heard = offer.n;
    this.waiting = false;
    if (offer.whole) this.whole.set(this.place(), offer.options);
    if (!this.open) return;
    this.fill(offer.whole ? narrowed(offer.options, this.input.value) : offer.options, this.input.value);
    if (this.entered) { this.entered = false; this.enter(); }
  }

  // Another world has other words.
  forget(words) { this.whole.clear(); this.last.clear(); for (const [sort, options] of Object.entries(words)) this.whole.set(sort, options); }

  fill(options, text) {
    this.list.replaceChildren(...options.map(([word, kind], i) => {
      const item = make("li");
      item.setAttribute("role", "option");
      item.id = "pick-" + i;
      item.dataset.word = word;
      item.append(make("span", "word", word), make("span", "kind", kind));
      item.onmousedown = (event) => event.preventDefault();
      item.onclick = () => this.take(word);
      return item;
    }));
    if (!options.length) this.list.append(make("li", "none", text ? "No such word." : "Type to search."));
    else if (text) this.mark(0);
    this.root.dataset.count = options.length;
  }

  mark(place) {
    this.active = place;
    [...this.list.children].forEach((item, i) => item.setAttribute("aria-selected", i === place));
    const item = this.list.children[place];
    if (item) { this.input.setAttribute("aria-activedescendant", item.id); item.scrollIntoView({ block: "nearest" }); }
  }

  enter() {
    const text = this.input.value.trim();
    if (this.waiting && text) { this.entered = true; clearTimeout(this.timer); this.search(text); return; }
    const item = this.list.children[this.active];
    const word = (item && item.dataset.word) || text || this.last.get(this.sort);
    if (word) this.take(word);
  }

  take(word) {
    this.last.set(this.sort, word);
    const taken = this.taken;
    if (this.again && this.again()) { this.input.value = ""; this.active = -1; this.input.placeholder = `Enter for “${word}”`; this.search(""); }
    else this.close();
    taken(word);
  }
}

function narrowed(options, typed) {
  const text = typed.trim().toLowerCase();
  const rank = ([word]) => { const at = word.toLowerCase().indexOf(text); return at < 0 ? 9 : at === 0 ? (word.length === text.length ? 0 : 1) : " -".includes(word[at - 1]) ? 2 : 3; };
  return text ? options.filter((option) => rank(option) < 9).sort((a, b) => rank(a) - rank(b)) : options;
}
