// The way to Python and back for thumbnails: lies in a fragment, so that a question does not run the whole page.

export default function (component) {
  const data = component.data;
  const maps = (globalThis.lookalikeMaps ??= new Map());
  if (!maps.has(data.map)) maps.set(data.map, {});
  const meet = maps.get(data.map);
  const ask = (question) => component.setTriggerValue("ask", question);
  const first = !meet.ask;
  meet.ask = ask;
  if (first) meet.changed?.("ask");
  if (data.number !== null) {
    meet.answer = data;
    meet.changed?.("pictures");
  }
  return () => {
    if (meet.ask === ask) delete meet.ask;
  };
}
