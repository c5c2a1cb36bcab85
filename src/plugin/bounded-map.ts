/**
 * Sets an entry of a map as its newest, and takes the oldest out while there are more than `limit`.
 * @returns the values that were taken out
 */
export function setBounded<K, V>(map: Map<K, V>, key: K, value: V, limit: number): V[] {
  map.delete(key);
  map.set(key, value);
  const dropped: V[] = [];
  for (const [oldest, its] of map) {
    if (map.size <= limit) break;
    map.delete(oldest);
    dropped.push(its);
  }
  return dropped;
}
