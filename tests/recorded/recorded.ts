import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const folder = join(import.meta.dirname, 'a33d452');
const placesSchema = z.record(z.string(), z.object({ history: z.string(), events: z.number() }));

/** What the code of commit a33d452 has left of a kind, each row as PostgreSQL says it in JSON (README.md). */
export function recordedRows<Row>(kind: string, schema: z.ZodType<Row>): Row[] {
  return z.array(schema).parse(readJson(`${kind}.json`));
}

/** Names of the workflow histories of a33d452. */
export function recordedHistories(): string[] {
  return readdirSync(join(folder, 'histories')).map((file) => file.replace('.json', ''));
}

export function recordedHistory(name: string): unknown {
  return readJson(`histories/${name}.json`);
}

/** Places that a release was at, as the number of events that its history had then. */
export function recordedPlaces(): { place: string; history: string; events: number }[] {
  return Object.entries(placesSchema.parse(readJson('under-way.json'))).map(([place, at]) => ({
    place,
    ...at,
  }));
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(join(folder, file), 'utf8'));
}
