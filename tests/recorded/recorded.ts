import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** The commits whose code has left something here; the first of them all that a whole demo leaves. */
export type Era = 'a33d452' | 'd8017cc';
const placesSchema = z.record(z.string(), z.object({ history: z.string(), events: z.number() }));

/** What the code of a commit has left of a kind, each row as PostgreSQL says it in JSON (README.md). */
export function recordedRows<Row>(kind: string, schema: z.ZodType<Row>, era: Era = 'a33d452'): Row[] {
  return z.array(schema).parse(readJson(`${kind}.json`, era));
}

/** Names of the workflow histories that the code of a commit has left. */
export function recordedHistories(era: Era = 'a33d452'): string[] {
  return readdirSync(join(import.meta.dirname, era, 'histories')).map((file) => file.replace('.json', ''));
}

export function recordedHistory(name: string, era: Era = 'a33d452'): unknown {
  return readJson(`histories/${name}.json`, era);
}

/** Places that a release was at, as the number of events that its history had then. */
export function recordedPlaces(): { place: string; history: string; events: number }[] {
  return Object.entries(placesSchema.parse(readJson('under-way.json', 'a33d452'))).map(([place, at]) => ({
    place,
    ...at,
  }));
}

function readJson(file: string, era: Era): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, era, file), 'utf8'));
}
