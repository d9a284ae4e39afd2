import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { readSettings } from './settings.ts';
import { startTraffic } from './traffic.ts';

const STATS_EVERY_MS = 5000;

const settings = readSettings(process.env);
const rows: unknown = parse(await readFile(settings.queriesFile, 'utf8'), { columns: true, bom: true });
const traffic = startTraffic({
  targets: settings.origins.map((origin) => ({ openaiBaseUrl: `${origin}/v1`, anthropicBaseUrl: origin })),
  app: settings.app,
  queries: z
    .array(z.object({ text: z.string(), category: z.string() }))
    .min(1)
    .parse(rows),
  ratePerSecond: settings.ratePerSecond,
  subjects: settings.subjects,
  clients: ['openai', 'anthropic', 'http'],
  apiKey: settings.apiKey,
});
const print = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
print({ ready: true });
const reporting = setInterval(() => {
  print(traffic.stats());
}, STATS_EVERY_MS);

const stop = (): void => {
  clearInterval(reporting);
  void traffic.stop().then(print);
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
