// Shows nothing: carries the words that a canvas asks for while somebody types, so that only they travel, not the page.
export default function ({ data, setTriggerValue }) {
  const askers = (globalThis.scenewrightAskers ||= new Map());
  askers.set(data.of, (asked) => setTriggerValue("ask", asked));
  if (data.offer) window.dispatchEvent(new CustomEvent("scenewright-words", { detail: { of: data.of, offer: data.offer } }));
}
