import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { settingsSchema as apiSchema } from '../../api/settings.ts';
import { settingsSchema as gatewaySchema } from '../../gateway/settings.ts';
import { settingsSchema as evaluationSchema } from '../../workers/evaluation-settings.ts';
import { settingsSchema as workerSchema } from '../../workers/settings.ts';

const read = (file: string) => readFileSync(join(import.meta.dirname, '../..', file), 'utf8');
const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.object({ environment: z.record(z.string(), z.string().nullable()).optional() }),
  ),
});
const { services } = composeSchema.parse(parse(read('docker-compose.yml'), { merge: true }));
const example = read('.env.example');

const programs: readonly [service: string, schema: z.ZodObject][] = [
  ['api', apiSchema],
  ['worker', workerSchema],
  ['evaluation-worker', evaluationSchema],
  ['gateway-1', gatewaySchema],
  ['gateway-2', gatewaySchema],
  ['staging-gateway', gatewaySchema],
];

/** Of the providers that the example of an environments file names. */
const providerKeys = ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY'];
/** Keys of a Temporal that is not the compose file's own, and a word that is called like a key. */
const notHere = ['TEMPORAL_API_KEY', 'TEMPORAL_TLS_CLIENT_KEY_PATH', 'SLUICE_GATEWAY_KEYS'];

/** What somebody would write who follows `.env.example`. */
function filledIn(name: string): string {
  if (name === 'SLUICE_PAYLOAD_KEYS') return `k1:${randomBytes(32).toString('base64')}`;
  return randomBytes(32).toString(/_KEY$/.test(name) ? 'base64' : 'hex');
}

function valuesOf(service: string): Record<string, string> {
  const entries = Object.entries(services[service]?.environment ?? {});
  return Object.fromEntries(
    entries.flatMap(([name, value]) =>
      value === null
        ? []
        : [
            [
              name,
              value.replaceAll(
                /\$\{(\w+)(?::-(\w+)|:\?[^}]*)?\}/g,
                (_all, secret: string, otherwise?: string) => otherwise ?? filledIn(secret),
              ),
            ],
          ],
    ),
  );
}

describe.each(programs)('docker-compose.yml gives %s', (service, schema) => {
  const values = valuesOf(service);
  const known = Object.keys(schema.shape);

  it('settings that it takes', () => {
    expect(schema.safeParse(values).error?.issues ?? []).toEqual([]);
  });

  it('nothing that it does not know', () => {
    const given = Object.keys(services[service]?.environment ?? {});
    expect(given.filter((name) => ![...known, ...providerKeys].includes(name))).toEqual([]);
  });

  it('every key, token and password that it may have', () => {
    const secrets = known.filter((name) => /KEY|TOKEN|PASSWORD/.test(name) && !notHere.includes(name));
    expect(secrets.filter((name) => values[name] === undefined)).toEqual([]);
  });

  it('an address that others reach, and what is demanded there', () => {
    const hosts = known.filter((name) => /_HOST$/.test(name));
    expect(hosts.filter((name) => values[name] !== '0.0.0.0')).toEqual([]);
  });
});

it('.env.example names every secret of docker-compose.yml, and no other', () => {
  const demanded = new Set([...read('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name));
  const named = [...example.matchAll(/^#?([A-Z][A-Z_]*)=/gm)].map(([, name = '']) => name);
  expect(named.filter((name) => !providerKeys.includes(name)).sort()).toEqual([...demanded].sort());
});
