/** As the newest; of too many the oldest goes, and is given back. */
export function remember<K, V>(map: Map<K, V>, key: K, value: V): V | undefined {
  map.delete(key);
  map.set(key, value);
  if (map.size <= MOST) return undefined;
  const [oldest, gone] = map.entries().next().value!;
  map.delete(oldest);
  return gone;
}

/** Of one function. */
const MOST = 1_000;
