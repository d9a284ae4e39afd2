/** Calls of a shard: a few tens of seconds of work, so that a crash costs little and few activities are needed. */
const shardSize = 50;

/** How many shards a round of so many items has. */
export function shardCount(items: number): number {
  return Math.max(1, Math.ceil(items / shardSize));
}

/** The items of one shard: neighbours, which are the two arms of a case, stay near each other in time. */
export function itemsOfShard<T>(items: readonly T[], shard: number): T[] {
  return items.slice(shard * shardSize, (shard + 1) * shardSize);
}
