// Places or colours of a map: kept on `globalThis.lookalikeMaps`, where the map of that name finds them.
// Its own component, so that they are sent again only when they change.

export default function (component) {
  const bytes = component.data;
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const { map, kind } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const maps = (globalThis.lookalikeMaps ??= new Map());
  if (!maps.has(map)) maps.set(map, {});
  const meet = maps.get(map);
  const packet = bytes.subarray(4 + length);
  meet[kind] = packet;
  meet.changed?.(kind);
  return () => {
    if (meet[kind] === packet) delete meet[kind];
  };
}
