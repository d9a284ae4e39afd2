import { createServer } from 'node:http';
import { collectDefaultMetrics, Registry } from 'prom-client';

export interface HealthServer {
  readonly url: string;
  close(): void;
}

/** `/healthz` for who restarts the worker, and `/metrics` for Prometheus. */
export function startHealthServer(
  { host, port }: { readonly host: string; readonly port: number },
  isHealthy: () => boolean,
): Promise<HealthServer> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const server = createServer((request, response) => {
    if (request.url === '/healthz') {
      const healthy = isHealthy();
      response.writeHead(healthy ? 200 : 503, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ healthy }));
      return;
    }
    if (request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (metrics) => response.writeHead(200, { 'content-type': registry.contentType }).end(metrics),
      () => response.writeHead(500).end(),
    );
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      resolve({
        url: `http://${host}:${bound}`,
        close: () => {
          server.close();
          server.closeAllConnections();
        },
      });
    });
  });
}
