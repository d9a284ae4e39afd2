import { createServer } from 'node:http';

/** What its refusals are asked for by. */
export const pleaseFail = 'please fail';

/**
 * A provider that says again whatever it hears: in its answers, and in its errors with the key that it was shown.
 *
 * @param answers what it puts into every answer
 */
export async function startQuotingProvider(answers: string) {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const asked = Buffer.concat(chunks).toString();
      const key = request.headers.authorization ?? '';
      const fails = asked.includes(pleaseFail);
      const message = `Incorrect API key provided: ${key}. Your request was: ${asked}`;
      const body = fails
        ? { error: { message, type: 'server_error', code: null, param: asked.slice(0, 200) } }
        : answerOf(`fine, ${answers}`);
      response.writeHead(fails ? 500 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The provider listens nowhere.');
  return {
    baseUrl: `http://127.0.0.1:${address.port}/v1`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answerOf(content: string): object {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'quoting',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 3, completion_tokens: 3, total_tokens: 6 },
  };
}
