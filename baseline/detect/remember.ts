/** As the newest; of too many the oldest goes. */
export function remember<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > MOST) map.delete(map.keys().next().value!);
}

/** Of one function. */
const MOST = 1_000;
