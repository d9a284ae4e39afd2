import { Router, type Request, type Response } from 'express';
import { SluiceError } from '../../domain/errors.ts';
import type { DashboardFile } from './dashboard-files.ts';

/**
 * Nothing but the pages' own files, and nothing written into the page: whatever a model or a person has said cannot
 * become code, nor reach another server.
 */
const contentPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const forEver = 'public, max-age=31536000, immutable';

function send(request: Request, response: Response, file: DashboardFile): void {
  const { body, gzipped, type, isImmutable } = file;
  response.type(type).setHeader('vary', 'accept-encoding');
  response.setHeader('cache-control', isImmutable ? forEver : 'no-cache');
  if (gzipped === undefined || request.acceptsEncodings('gzip') === false) {
    response.send(body);
    return;
  }
  response.setHeader('content-encoding', 'gzip');
  response.send(gzipped);
}

/** Each page is a place in the one document, which finds out itself which it is. */
function isPage(path: string): boolean {
  return !path.startsWith('assets/') && !path.includes('.');
}

/** Serves the dashboard below `/ui/`: its files, and its document at every address that is a page. */
export function dashboardRouter(files: ReadonlyMap<string, DashboardFile>): Router {
  const router = Router();
  router.get('/', (_request, response) => {
    response.redirect('/ui/');
  });
  router.get(/^\/ui(?:\/(?<path>.*))?$/, (request, response, next) => {
    const { path } = request.params as { readonly path?: string };
    if (path === undefined) {
      response.redirect('/ui/');
      return;
    }
    const document = files.get('index.html');
    if (document === undefined) {
      throw new SluiceError('not_found', 'The dashboard is not built here.', {
        remedy: 'Run `npm run bootstrap` in the clone that this API runs from, and start it again.',
      });
    }
    const file = files.get(path) ?? (isPage(path) ? document : undefined);
    if (file === undefined) {
      next();
      return;
    }
    response.setHeader('content-security-policy', contentPolicy);
    response.setHeader('referrer-policy', 'no-referrer');
    send(request, response, file);
  });
  return router;
}
