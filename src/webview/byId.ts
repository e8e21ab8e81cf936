const known = new WeakMap<readonly object[], ReadonlyMap<string, unknown>>();

/** What a list that never changes holds under an id: gone through once, however many of its thousands are asked for. */
export function byId<T extends object>(list: readonly T[], id: string, idOf: (item: T) => string): T | undefined {
  let map = known.get(list) as ReadonlyMap<string, T> | undefined;
  if (!map) {
    map = new Map(list.map((item) => [idOf(item), item]));
    known.set(list, map);
  }
  return map.get(id);
}

/** What belongs together, by the key that says so; what has none is left out. */
export function grouped<T>(list: Iterable<T>, keyOf: (item: T) => string | null | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of list) {
    const key = keyOf(item) ?? undefined;
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
