import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { freePort } from '../../cli/up/servers/free-port.ts';
import { environmentsFileSchema } from '../../domain/revision/binding.ts';
import { gatewayRetrievalSchema } from '../../domain/revision/revision.ts';
import { retrieve } from '../../gateway/retrieval/retrieve.ts';
import { createApp, keyFor, useGateways } from '../../gateway/test-fixtures/use-gateways.ts';
import { waitFor } from '../support/wait-for.ts';

const pageOf = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../docs/reference', `${name}.md`), 'utf8');

/** The examples of a page in one language, in their order. */
function examplesOf(name: string, language: string): string[] {
  const blocks = pageOf(name).matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'));
  return [...blocks].map(([, text = '']) => text);
}

/** The first cells of a page's tables. */
function fieldsOf(name: string): string[] {
  return [...pageOf(name).matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell = '']) =>
    cell.split(', ').map((field) => field.replaceAll('`', '')),
  );
}

describe('docs/reference/environments.md', () => {
  it('has an example that is a valid file', () => {
    const [example = ''] = examplesOf('environments', 'yaml');
    expect(environmentsFileSchema.safeParse(parse(example)).error).toBeUndefined();
  });

  it('lists every field of the file', () => {
    const names = (schema: z.core.JSONSchema._JSONSchema | undefined): string[] => {
      if (typeof schema !== 'object') return [];
      const { properties, additionalProperties } = schema;
      const named = Object.entries(properties ?? {}).flatMap(([name, inner]) =>
        names(inner).map((rest) => (rest === '' ? name : `${name}.${rest}`)),
      );
      const any = typeof additionalProperties === 'object' ? names(additionalProperties) : [];
      const all = [...named, ...any.map((rest) => (rest === '' ? '<name>' : `<name>.${rest}`))];
      return all.length > 0 ? all : [''];
    };
    const schema = z.toJSONSchema(environmentsFileSchema, { io: 'input' });
    expect(fieldsOf('environments').sort()).toEqual(names(schema).sort());
  });
});

describe('docs/reference/retriever.md', () => {
  const settings = gatewayRetrievalSchema.parse({
    by: 'gateway',
    retriever: 'knowledge',
    index: 'articles@7',
    topK: 5,
  });
  const call = (url: string, query: string, more: object = {}) =>
    retrieve({
      retrieval: { settings: { ...settings, ...more }, url, timeoutMs: 5000 },
      query,
      subject: '4b1d0c6e5f2a7d38',
      signal: AbortSignal.timeout(10_000),
      traceHeaders: {},
    });

  it('shows what is sent and what is taken', async () => {
    const [sent = '', answer = ''] = examplesOf('retriever', 'json');
    const got: unknown[] = [];
    const server = createServer((request, response) => {
      void (async () => {
        let text = '';
        for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
        got.push(JSON.parse(text));
        response.setHeader('content-type', 'application/json').end(answer);
      })();
    });
    const port = await freePort();
    await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
    try {
      const query = 'Where do I find the invoice for June?';
      const found = await call(`http://127.0.0.1:${port}/query`, query, { filter: { language: 'en' } });
      expect(got).toEqual([JSON.parse(sent)]);
      expect(found).toEqual({ kind: 'found', ...(JSON.parse(answer) as object) });
    } finally {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  });

  it('has a least retriever that works', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-retriever-page-'));
    let child: ChildProcess | undefined;
    try {
      writeFileSync(join(folder, 'retriever.mjs'), examplesOf('retriever', 'js')[0] ?? '');
      const port = await freePort();
      const env = { ...process.env, PORT: String(port) };
      child = spawn(process.execPath, [join(folder, 'retriever.mjs')], { env, stdio: 'inherit' });
      const url = `http://127.0.0.1:${port}/`;
      const found = await waitFor(() => call(url, 'Where are my invoices?').catch(() => false as const), {
        what: 'the retriever',
      });
      expect(found).toMatchObject({ kind: 'found', documents: [{ id: 'invoices-1', score: 1 }] });
      expect(await call(url, 'Hello!')).toMatchObject({ kind: 'empty', index: { version: 'articles@7' } });
    } finally {
      child?.kill();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('docs/reference/assign-and-outcomes.md', () => {
  const gateways = useGateways();

  it('has examples that a gateway takes, and lists what it answers', async () => {
    const { app } = await createApp(gateways.stage.db);
    const { headers: shown } = await keyFor(gateways.stage.db, app);
    const { url } = await gateways.start();
    const post = async (path: string, body: string) => {
      const headers = { 'content-type': 'application/json', ...shown };
      const response = await fetch(url + path, { method: 'POST', headers, body });
      return {
        status: response.status,
        body: z.record(z.string(), z.unknown()).parse(await response.json()),
      };
    };
    const [assign = '', outcomes = ''] = examplesOf('assign-and-outcomes', 'json');
    const assigned = await post('/v1/assign', assign.replace('my-app', app));
    expect(assigned.status).toBe(200);
    expect(fieldsOf('assign-and-outcomes')).toEqual(expect.arrayContaining(Object.keys(assigned.body)));
    const report = outcomes.replace('<assignment>', String(assigned.body['assignment']));
    expect(await post('/v1/outcomes', report)).toEqual({
      status: 200,
      body: { accepted: 1, repeated: false },
    });
    expect((await post('/v1/outcomes', report)).body).toEqual({ accepted: 0, repeated: true });
    expect((await post('/v1/outcomes', outcomes.replace('000017', '000018'))).status).toBe(400);
  });
});
