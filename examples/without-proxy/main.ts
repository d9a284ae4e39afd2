// An application that calls its vendor itself, and decides by Sluice in its own process. POST /answer and POST /thumb.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
// Where it is installed: from 'sluice-client'.
import { startClient, type Decision } from '../../clients/typescript/src/index.ts';

const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`Set ${name}.`);
  return value;
};
const vendor = { url: setting('OPENAI_BASE_URL'), key: setting('OPENAI_API_KEY') };

const sluice = await startClient({
  gateways: setting('SLUICE_GATEWAYS').split(' '),
  key: setting('SLUICE_GATEWAY_KEY'),
  app: 'ticket-desk',
  name: setting('WORKER'),
  stateDirectory: setting('STATE_DIRECTORY'),
  onError: (error) => {
    console.error(error);
  },
});

/** What the revision of this app says; its key may read prompts. */
interface Content {
  readonly prompts: { readonly answer: { readonly template: string } };
  readonly chain: readonly { readonly model: string }[];
  readonly parameters: Readonly<Record<string, unknown>>;
}

async function callVendor({ prompts, chain, parameters }: Content, question: string): Promise<string> {
  const response = await fetch(`${vendor.url}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${vendor.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      ...parameters,
      model: chain[0]?.model,
      messages: [
        { role: 'system', content: prompts.answer.template },
        { role: 'user', content: question },
      ],
    }),
  });
  if (!response.ok) throw new Error(`The vendor answered ${response.status}.`);
  const said = (await response.json()) as {
    readonly choices: readonly { readonly message: { readonly content: string } }[];
  };
  return said.choices[0]?.message.content ?? '';
}

/** For the thumbs that come later; a real one would keep `proof` and `decidedMs` beside the answer. */
const answered = new Map<string, Decision>();

async function answer({ customer, question }: Record<string, string>): Promise<object> {
  const decision = sluice.decide(customer);
  const startedMs = performance.now();
  const told = (outcome: 'ok' | 'error') => {
    sluice.report(decision, { outcome, latencyMs: performance.now() - startedMs });
  };
  try {
    const text = await callVendor(decision.revision.content as Content, question ?? '');
    told('ok');
    answered.set(decision.proof.id, decision);
    return { id: decision.proof.id, text, revision: decision.revision.label };
  } catch (error) {
    told('error');
    throw error;
  }
}

function thumb({ id, value }: Record<string, string>): Promise<object> {
  const decision = answered.get(id ?? '');
  if (decision !== undefined) sluice.feedback(decision, { name: 'thumb', value: value ?? '' });
  return Promise.resolve({ known: decision !== undefined });
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, string>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text) as Record<string, string>;
}

const server = createServer((request, response) => {
  bodyOf(request)
    .then((body) => (request.url === '/answer' ? answer(body) : thumb(body)))
    .then(
      (said) => response.end(JSON.stringify(said)),
      (error: unknown) => response.writeHead(502).end(String(error)),
    );
});
server.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ ready: true, url: `http://127.0.0.1:${port}` }));
});
process.once('SIGTERM', () => {
  server.close();
  server.closeAllConnections();
  void sluice.close();
});
