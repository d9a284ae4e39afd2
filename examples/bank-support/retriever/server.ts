import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { ErrorRequestHandler, Express } from 'express';
import { Pool } from 'pg';
import { z } from 'zod';
import { createIndexStore, type IndexStore } from './index-store.ts';
import { createSearch, type Search } from './search.ts';

const INDEX_NAME = /^([a-z0-9][a-z0-9._-]{0,62})@([A-Za-z0-9][A-Za-z0-9._-]{0,62})$/u;

const queryBody = z.object({
  query: z.string().max(20_000),
  index: z.string().regex(INDEX_NAME, 'must be "name@version"'),
  topK: z.number().int().min(1).max(200),
  filter: z.strictObject({ category: z.union([z.string(), z.array(z.string())]).optional() }).nullish(),
  // Accepted as part of the contract; this knowledge base shows everybody the same documents.
  subject: z.string().nullish(),
});

const indexBody = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/u),
  version: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/u),
  documents: z.array(z.object({ text: z.string().min(1), category: z.string().min(1) })).min(1),
});

const KEEP_ALIVE_MS = 65_000;

export interface Retriever {
  /** `http://host:port`, without a path. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the retriever: connects, creates its tables where missing, listens. Rejects when the database is away. */
export async function startRetriever(options: {
  readonly databaseUrl: string;
  readonly schema: string;
  readonly host: string;
  readonly port: number;
}): Promise<Retriever> {
  const pool = new Pool({ connectionString: options.databaseUrl, max: 8, connectionTimeoutMillis: 5000 });
  // A connection that breaks while idle is replaced by the pool; the next query reports a database that is away.
  pool.on('error', () => undefined);
  const { schema } = options;
  const store = createIndexStore({ pool, schema });
  await store.migrate();
  const server = createServer(createApp({ pool, store, search: createSearch({ pool, schema }) }));
  // Longer than callers keep idle connections, so that none is closed under a request on its way.
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return {
    url: `http://${options.host}:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await pool.end();
    },
  };
}

function createApp({
  pool,
  store,
  search,
}: {
  readonly pool: Pool;
  readonly store: IndexStore;
  readonly search: Search;
}): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json({ limit: '64mb' }));
  app.get('/healthz', async (_request, response) => {
    await pool.query('SELECT 1');
    response.json({ status: 'ok' });
  });
  app.get('/indexes', async (_request, response) => {
    response.json({ indexes: await store.list() });
  });
  app.post('/indexes', async (request, response) => {
    const { name, version, documents } = indexBody.parse(request.body);
    const outcome = await store.publish(name, version, documents);
    const status = { created: 201, unchanged: 200, conflict: 409 }[outcome.kind];
    const detail = `${name}@${version} exists with other contents: choose a new version`;
    response.status(status).json({ index: outcome.index, ...(status === 409 ? { error: detail } : {}) });
  });
  app.post('/query', async (request, response) => {
    const { query, index, topK, filter } = queryBody.parse(request.body);
    const [, name = '', version = ''] = INDEX_NAME.exec(index) ?? [];
    const categories = filter?.category === undefined ? {} : { categories: [filter.category].flat() };
    const result = await search({ query, name, version, topK, ...categories });
    if (result.kind === 'unknown-index')
      response.status(404).json({ error: `no index ${index}: publish it first` });
    else response.json({ index: { version: index, digest: result.digest }, documents: result.documents });
  });
  app.use(answerError);
  return app;
}

const answerError: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  if (error instanceof z.ZodError) response.status(400).json({ error: z.prettifyError(error) });
  else if (isHttpError(error)) response.status(error.status).json({ error: error.message });
  else response.status(503).json({ error: error instanceof Error ? error.message : 'the database is away' });
};

const isHttpError = (error: unknown): error is Error & { readonly status: number } =>
  error instanceof Error && 'status' in error && typeof error.status === 'number';
