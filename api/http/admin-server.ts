import { createServer, type Server } from 'node:http';
import type { ApiMetrics } from '../metrics.ts';

/** `/metrics`, and nothing else, for Prometheus: at an address that is not the API's callers'. */
export function createAdminServer(metrics: ApiMetrics): Server {
  return createServer({ headersTimeout: 20_000, requestTimeout: 30_000 }, (request, response) => {
    if (request.method !== 'GET' || request.url?.split('?', 1)[0] !== '/metrics') {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('There is GET /metrics.\n');
      return;
    }
    metrics.expose().then(
      (text) => response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
}
