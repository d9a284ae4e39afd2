import { z } from 'zod';

export const settingsSchema = z.object({
  RETRIEVER_DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//u, 'must be a postgres:// URL'),
  RETRIEVER_SCHEMA: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,40}$/u, 'must be a plain lower-case identifier')
    .default('retriever'),
  RETRIEVER_HOST: z.string().default('127.0.0.1'),
  RETRIEVER_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
});

export interface RetrieverSettings {
  readonly databaseUrl: string;
  /** The PostgreSQL schema that holds the tables, so that the service can share a database. */
  readonly schema: string;
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
}

/** The settings of the retriever from the environment; throws a sentence that names the wrong one. */
export function readSettings(environment: NodeJS.ProcessEnv): RetrieverSettings {
  const parsed = settingsSchema.safeParse(environment);
  if (!parsed.success) throw new Error(`Retriever settings: ${z.prettifyError(parsed.error)}`);
  return {
    databaseUrl: parsed.data.RETRIEVER_DATABASE_URL,
    schema: parsed.data.RETRIEVER_SCHEMA,
    host: parsed.data.RETRIEVER_HOST,
    port: parsed.data.RETRIEVER_PORT,
  };
}
