/** How many shards of a run are worked on at once, over all workers. */
const atOnce = 4;

/** Runs all shards of a round, some at a time; the first that fails for good ends the round. */
export async function runShards(count: number, run: (shard: number) => Promise<unknown>): Promise<void> {
  const queue = Array.from({ length: count }, (_, shard) => shard);
  const lane = async (): Promise<void> => {
    for (let shard = queue.shift(); shard !== undefined; shard = queue.shift()) await run(shard);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, lane));
}
