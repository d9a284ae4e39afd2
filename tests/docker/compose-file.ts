import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { durationSchema } from '../../domain/duration.ts';

export const root = join(import.meta.dirname, '../..');

const serviceSchema = z.object({
  image: z.string(),
  build: z.string().optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.union([z.string(), z.null()])).default({}),
  networks: z.array(z.string()).min(1),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  configs: z.array(z.object({ source: z.string(), target: z.string() })).default([]),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  stop_grace_period: durationSchema.optional(),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
});

const composeSchema = z.object({
  services: z.record(z.string(), serviceSchema),
  configs: z.record(z.string(), z.object({ file: z.string().optional(), content: z.string().optional() })),
  networks: z.record(z.string(), z.unknown()),
  volumes: z.record(z.string(), z.unknown()),
});

export type Service = z.infer<typeof serviceSchema>;

/** docker-compose.yml with its anchors and merges resolved, variables still as they stand. */
export function readCompose() {
  const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
  return { text, ...composeSchema.parse(parse(text, { merge: true })) };
}

/** The services that run a program of ours, by name. */
export function ourServices(): [string, Service][] {
  return Object.entries(readCompose().services).filter(([, { build }]) => build !== undefined);
}

/** The program that a service runs: the first word of its command. */
export function programOf(service: Service): string {
  const [program] = service.command ?? [];
  if (program === undefined) throw new Error('The service has no command.');
  return program;
}
