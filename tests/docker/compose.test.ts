import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import type { z } from 'zod';
import { settingsSchema as api } from '../../api/settings.ts';
import { settingsSchema as cli } from '../../cli/settings.ts';
import { environmentsFileSchema } from '../../domain/revision/binding.ts';
import { durationMs } from '../../domain/duration.ts';
import { drainLimitMs } from '../../gateway/drain.ts';
import { settingsSchema as gateway } from '../../gateway/settings.ts';
import { settingsSchema as evaluationWorker } from '../../workers/evaluation-settings.ts';
import { settingsSchema as worker } from '../../workers/settings.ts';
import { ourServices, programOf, readCompose, root, type Service } from './compose-file.ts';

const compose = readCompose();
const services = Object.entries(compose.services);
const ours = ourServices();
const schemas: Record<string, z.ZodObject> = {
  'api/main.ts': api,
  'cli/main.ts': cli,
  'gateway/main.ts': gateway,
  'workers/evaluation-main.ts': evaluationWorker,
  'workers/main.ts': worker,
};
/** Set for what they are read by, which the test below names: the gateways' providers. */
const providerKeys = (): string[] => {
  const file = environmentsFileSchema.parse(
    parse(readFileSync(join(root, 'sluice.environments.example.yaml'), 'utf8')),
  );
  const bindings = Object.values(file.environments).flatMap(({ providers, retrievers }) => [
    ...Object.values(providers),
    ...Object.values(retrievers),
  ]);
  return bindings.flatMap(({ apiKeyEnv }) => apiKeyEnv ?? []);
};

/** Keys of a Temporal that is not the compose file's own, and a word that is called like a key. */
const notHere = ['TEMPORAL_API_KEY', 'TEMPORAL_TLS_CLIENT_KEY_PATH', 'SLUICE_GATEWAY_KEYS'];

/** Values as the example's `.env` gives them, so that a schema can judge them. */
function filledIn(value: string | null): string {
  const dataKey = Buffer.alloc(32).toString('base64');
  const keys: Record<string, string> = {
    SLUICE_DATA_KEY: dataKey,
    SLUICE_FRESH_KEY: Buffer.alloc(32, 1).toString('base64'),
    SLUICE_MIRROR_KEY: Buffer.alloc(32, 2).toString('base64'),
    SLUICE_AUDIT_KEY: dataKey,
    SLUICE_SUBJECT_KEY: dataKey,
    SLUICE_PAYLOAD_KEYS: `first:${dataKey}`,
    SLUICE_PAYLOAD_PLAIN: 'refuse',
  };
  return (value ?? 'key').replaceAll(
    /\$\{(\w+)[^}]*\}/g,
    (_whole, name: string) => keys[name] ?? `${name.toLowerCase()}-0123456789`,
  );
}

const portIn = (text: string): string[] =>
  [...text.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port = '']) => port);

/** The port that a service listens on by its settings, and whether everybody may connect. */
function listening({ environment }: Service): {
  host: string | null | undefined;
  port: string | null | undefined;
} {
  const named = (end: string) =>
    Object.entries(environment).find(([name]) => name.endsWith(end) && !name.includes('_ADMIN_'))?.[1];
  return { host: named('_HOST'), port: named('_PORT') };
}

it('runs every part, with two gateways in production and one in staging', () => {
  expect(Object.keys(compose.services).sort()).toEqual(
    [
      ...[
        'api',
        'evaluation-worker',
        'gateway-1',
        'gateway-2',
        'migrate',
        'postgres',
        'prometheus',
        'staging-gateway',
      ],
      ...['temporal', 'worker'],
    ].sort(),
  );
  const environments = ours.filter(([, service]) => programOf(service) === 'gateway/main.ts');
  expect(environments.map(([name, { environment }]) => [name, environment['SLUICE_ENVIRONMENT']])).toEqual([
    ['gateway-1', 'production'],
    ['gateway-2', 'production'],
    ['staging-gateway', 'staging'],
  ]);
});

it('lets those alone reach Temporal who carry releases on, and its Web UI this machine alone', () => {
  const networksOf = (name: string) => compose.services[name]?.networks ?? [];
  const reach = (name: string) =>
    services.filter(([, { networks }]) => networks.some((each) => networksOf(name).includes(each)));
  const told = services
    .filter(([, { environment }]) => 'TEMPORAL_ADDRESS' in environment)
    .map(([name]) => name);
  expect(
    reach('temporal')
      .map(([name]) => name)
      .sort(),
  ).toEqual(['temporal', ...told].sort());
  const gateways = ours
    .filter(([, service]) => programOf(service) === 'gateway/main.ts')
    .map(([name]) => name);
  expect(gateways.filter((name) => told.includes(name))).toEqual([]);
  const published = services.flatMap(([, { ports }]) => ports);
  expect(published.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  for (const [name, { depends_on: needs, networks }] of services) {
    expect(networks.every((network) => network in compose.networks)).toBe(true);
    for (const needed of Object.keys(needs).filter((each) => each !== 'migrate')) {
      expect([name, needed, networks.some((each) => networksOf(needed).includes(each))]).toEqual([
        name,
        needed,
        true,
      ]);
    }
  }
});

describe.each(ours)('%s', (name, service) => {
  const program = programOf(service);
  const schema = schemas[program];

  it('runs a program that there is', () => {
    expect(existsSync(join(root, program))).toBe(true);
    expect(schema).toBeDefined();
  });

  it('sets no variable that the program does not know', () => {
    const names = [
      ...Object.keys(schema?.shape ?? {}),
      ...(program === 'gateway/main.ts' ? providerKeys() : []),
    ];
    expect(names).toEqual(expect.arrayContaining(Object.keys(service.environment)));
  });

  it('sets everything that the program needs, rightly', () => {
    const values = Object.entries(service.environment).map(([key, value]) => [key, filledIn(value)]);
    const parsed = schema?.safeParse(Object.fromEntries(values));
    expect(parsed?.error?.issues ?? []).toEqual([]);
  });

  it('is told only of files that it is given', () => {
    const files = Object.values(service.environment).filter((value) => value?.startsWith('/etc/') === true);
    expect(files).toEqual(service.configs.map(({ target }) => target));
    expect(service.configs.every(({ source }) => source in compose.configs)).toBe(true);
    const heads = service.environment['SLUICE_AUDIT_HEADS_FILE'];
    const folder = service.environment['SLUICE_STATE_DIR'] ?? (heads && dirname(dirname(heads)));
    const mounted = service.volumes.map((volume) => volume.split(':')[1]);
    expect(mounted).toEqual(folder === undefined ? [] : [folder]);
  });

  it('waits for what it needs', () => {
    const needed = Object.values(service.environment).flatMap((value) =>
      Object.keys(compose.services).filter(
        (other) => other !== name && RegExp(`[/@]${other}:|^${other}:`).test(value ?? ''),
      ),
    );
    const waitsFor = Object.keys(service.depends_on);
    // Whoever waits for the migration waits for the database.
    const reached = waitsFor.includes('migrate') ? [...waitsFor, 'postgres'] : waitsFor;
    expect(reached).toEqual(expect.arrayContaining(needed));
  });

  if (name !== 'migrate') {
    const known = Object.keys(schema?.shape ?? {});

    it('is given every key, token and password that it may have', () => {
      const secrets = known.filter((each) => /KEY|TOKEN|PASSWORD/.test(each) && !notHere.includes(each));
      expect(secrets.filter((each) => (service.environment[each] ?? '') === '')).toEqual([]);
    });

    it('listens to others on every address that it has', () => {
      const hosts = known.filter((each) => each.endsWith('_HOST'));
      expect(hosts.filter((each) => service.environment[each] !== '0.0.0.0')).toEqual([]);
    });

    it('listens where its health check, its published port and Prometheus look', () => {
      const { host, port } = listening(service);
      expect(host).toBe('0.0.0.0');
      expect(portIn(service.healthcheck?.test.join(' ') ?? '')).toEqual([port]);
      const published = service.ports.map((mapping) => mapping.split(':').at(-1));
      expect(published).toEqual(program.startsWith('workers/') ? [] : [port]);
      const { SLUICE_GATEWAY_ADMIN_PORT: ofGateway, SLUICE_API_ADMIN_PORT: ofApi } = service.environment;
      const admin = ofGateway ?? ofApi ?? port;
      expect(published).not.toContain(admin === port ? '' : admin);
      expect(compose.configs['prometheus']?.content).toContain(`${name}:${String(admin)}`);
    });
  }
});

it('gives gateways the time to end the answers that are on', () => {
  const gateways = ours.filter(([, service]) => programOf(service) === 'gateway/main.ts');
  for (const [, { stop_grace_period: grace }] of gateways)
    expect(grace === undefined ? 0 : durationMs(grace)).toBeGreaterThan(drainLimitMs);
});

it('every image has a version, and ours is built', () => {
  for (const [, { image }] of services)
    expect(image).toMatch(/^[a-z0-9/]+:v?\d+\.\d+(?:\.\d+)?(?:-[a-z]+)?(?:@sha256:[0-9a-f]{64})?$/);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(new Set(ours.map(([, { image }]) => image))).toEqual(new Set([`sluice:${version}`]));
});

it('every service that stays has a health check, and is waited for by it', () => {
  for (const [name, service] of services) {
    if (name !== 'migrate') expect([name, service.healthcheck?.test.length ?? 0]).not.toEqual([name, 0]);
    for (const [other, { condition }] of Object.entries(service.depends_on)) {
      expect(other in compose.services).toBe(true);
      expect(condition).toBe(other === 'migrate' ? 'service_completed_successfully' : 'service_healthy');
    }
  }
});

it('publishes ports on this host only, each once', () => {
  const published = services.flatMap(([, { ports }]) => ports);
  expect(published.every((mapping) => mapping.startsWith('127.0.0.1:'))).toBe(true);
  const hostPorts = published.map((mapping) => mapping.split(':')[1]);
  expect(new Set(hostPorts).size).toBe(hostPorts.length);
});

it('declares every volume that it mounts, and no other', () => {
  const mounted = services.flatMap(([, { volumes }]) => volumes.map((volume) => volume.split(':')[0] ?? ''));
  expect([...new Set(mounted)].sort()).toEqual(Object.keys(compose.volumes).sort());
  expect(mounted).toHaveLength(new Set(mounted).size);
});

it('.env.example has every variable that must be set', () => {
  const needed = new Set([...compose.text.matchAll(/\$\{(\w+):\?/g)].map(([, name = '']) => name));
  const example = readFileSync(join(root, '.env.example'), 'utf8');
  const offered = [...example.matchAll(/^(\w+)=/gm)].map(([, name = '']) => name);
  expect(offered.sort()).toEqual([...needed].sort());
  expect(needed.size).toBeGreaterThan(0);
});

it('.env.example names every variable of it, set or not, and no other but the keys of providers', () => {
  const asked = new Set([...compose.text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name));
  const example = readFileSync(join(root, '.env.example'), 'utf8');
  const named = [...example.matchAll(/^#?([A-Z][A-Z_]*)=/gm)].map(([, name = '']) => name);
  expect(named.filter((name) => !providerKeys().includes(name)).sort()).toEqual([...asked].sort());
});

it('the file that it takes the bindings from has an example that is right', () => {
  expect(compose.configs['environments']?.file).toBe('./sluice.environments.yaml');
  expect(providerKeys()).toEqual(expect.arrayContaining(['OPENAI_API_KEY', 'ANTHROPIC_API_KEY']));
});
