import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { z } from 'zod';
import { faultScript, type FaultStore } from './faults.ts';
import { readJson } from './json-body.ts';
import type { ClosableListener } from './listener.ts';
import { judgeScript, type SimulatedJudge } from './models/judge.ts';
import type { Stats } from './stats.ts';

/** What the control port can turn. */
export interface Controls {
  readonly faults: FaultStore;
  readonly stats: Stats;
  readonly judge: SimulatedJudge;
  readonly listeners: Readonly<Record<'openai' | 'anthropic', ClosableListener>>;
}

/** `GET|PUT|DELETE /simulator/faults`, `PUT /simulator/judge`, `GET /simulator/stats`, `POST /simulator/provider/{openai,anthropic}/{down,up}`. */
export function createControlServer(controls: Controls): RequestListener {
  return (request, response) => {
    control(request, response, controls).catch((error: unknown) => {
      const isBadInput = error instanceof z.ZodError || error instanceof SyntaxError;
      const message = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
      send(response, isBadInput ? 400 : 500, { error: message });
    });
  };
}

async function control(
  request: IncomingMessage,
  response: ServerResponse,
  controls: Controls,
): Promise<void> {
  const { faults, stats, listeners, judge } = controls;
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const [, provider, state] = /^\/simulator\/provider\/(openai|anthropic)\/(down|up)$/u.exec(path) ?? [];
  switch (`${request.method ?? ''} ${path}`) {
    case 'GET /simulator/stats':
      send(response, 200, { models: stats.snapshot() });
      return;
    case 'PUT /simulator/judge':
      judge.set(judgeScript.parse(await readJson(request)));
      send(response, 200, {});
      return;
    case 'PUT /simulator/faults':
      faults.replace(faultScript.parse(await readJson(request)).faults);
      break;
    case 'DELETE /simulator/faults':
      faults.replace([]);
      break;
    case 'GET /simulator/faults':
      break;
    default:
      if (request.method !== 'POST' || provider === undefined) {
        send(response, 404, { error: `no such control: ${request.method ?? ''} ${path}` });
        return;
      }
      await listeners[provider === 'openai' ? 'openai' : 'anthropic'][state === 'down' ? 'down' : 'up']();
      send(response, 200, { provider, state });
      return;
  }
  send(response, 200, { faults: faults.list() });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
