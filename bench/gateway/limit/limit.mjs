// The limit case: what one Node process can do at best as a proxy in this shape.
// node:http in front, one undici Pool behind, dispatch without fetch, streams or parsing;
// bytes pass as they come. It keeps what no proxy may drop: status, headers, back-pressure,
// a client that leaves, an upstream that breaks.
//   node limit.mjs PORT UPSTREAM_ORIGIN     (UNDICI_DIR: the folder undici is installed in)
import http from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';

const { Pool } = createRequire(path.join(process.env.UNDICI_DIR ?? '.', 'x.js'))('undici');
const [port, upstream] = process.argv.slice(2);
const pool = new Pool(upstream, { pipelining: 1, keepAliveTimeout: 60_000 });
const dropped = new Set(['connection', 'keep-alive', 'transfer-encoding', 'date']);

class Relay {
  constructor(res) {
    this.res = res;
    this.left = -1; // body bytes still to come, when the upstream said how many
    this.controller = null;
  }
  onRequestStart(controller) {
    this.controller = controller;
    if (this.res.destroyed) controller.abort(new Error('client left'));
  }
  onResponseStart(controller, status, headers) {
    if (status < 200) return;
    const out = [];
    for (const name in headers) {
      if (dropped.has(name)) continue;
      out.push(name, headers[name]);
    }
    const length = headers['content-length'];
    if (length !== undefined) this.left = Number(length);
    this.res.writeHead(status, out);
  }
  onResponseData(controller, chunk) {
    const res = this.res;
    if (this.left >= 0 && (this.left -= chunk.length) === 0) {
      res.end(chunk); // headers and last bytes in one write
    } else if (!res.write(chunk)) {
      controller.pause();
      res.once('drain', () => controller.resume());
    }
  }
  onResponseEnd() {
    if (!this.res.writableEnded) this.res.end();
    this.controller = null;
  }
  onResponseError(controller, err) {
    const res = this.res;
    this.controller = null;
    if (res.destroyed) return;
    if (res.headersSent) res.destroy();
    else
      res
        .writeHead(502, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error: { message: String(err.message) } }));
  }
  abort() {
    this.controller?.abort(new Error('client left'));
  }
}

function forward(req, res, body) {
  const relay = new Relay(res);
  res.on('close', () => relay.abort());
  const headers = {
    'content-type': req.headers['content-type'] ?? 'application/json',
    accept: req.headers.accept ?? '*/*',
  };
  if (req.headers.authorization) headers.authorization = req.headers.authorization;
  pool.dispatch({ path: req.url, method: req.method, headers, body }, relay);
}

const server = http.createServer((req, res) => {
  let first = null;
  let rest = null;
  req.on('data', (chunk) => {
    if (first === null) first = chunk;
    else (rest ??= [first]).push(chunk);
  });
  req.on('end', () => forward(req, res, rest ? Buffer.concat(rest) : first));
});
server.keepAliveTimeout = 60_000;
server.listen(Number(port), '127.0.0.1');
