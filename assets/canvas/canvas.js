// Mounts the graph; the code that draws it and the hand that edits it come once per visit, with vis-network.
// The View is kept per place in the page and lives through reruns.
const views = new WeakMap();

export default function (component) {
  const box = component.parentElement.querySelector(".graph");
  let timer = null, view = views.get(box);
  const begin = () => {
    if (!globalThis.scenewright) { timer = setTimeout(begin, 25); return; }
    if (!view) { view = new globalThis.scenewright.View(box); views.set(box, view); }
    view.show(component);
  };
  begin();
  const forget = onLook(component.data.group, (elements) => { if (view) view.light(elements); });
  return () => {
    clearTimeout(timer);
    forget();
    setTimeout(() => { if (view && !box.isConnected) { view.end(); views.delete(box); } }, 500);
  };
}
