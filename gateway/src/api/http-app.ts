/** The express application: headers, the route table, the dashboard's files, and a problem document for everything else. */
import express, { type ErrorRequestHandler, type Express } from 'express';
import { type DispatchContext, dispatch, unexpected } from './dispatch.ts';
import { fail } from './reply.ts';
import { isTrustedProxy } from './request-origin.ts';
import type { Route } from './route.ts';
import { securityHeaders } from './security-headers.ts';
import { requestId, sendReply } from './send-reply.ts';
import { SETUP_NEEDED } from './setup-token.ts';
import { assetFiles, looseFiles, pages } from './static-files.ts';

const NOTHING_HERE = fail(404, 'no-such-endpoint', '没有这个接口。', 'There is no such endpoint.');
const BAD_URL = fail(400, 'bad-url', '请求地址无效。', 'The address of the request is malformed.');

export function createHttpApp(routes: readonly Route[], staticDir: string, context: DispatchContext): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('env', 'production');
  // A proxy on the same machine may say who asked; anybody else's word for it is ignored.
  app.set('trust proxy', isTrustedProxy);
  app.use((_request, response, next) => {
    response.set('x-request-id', requestId(response));
    next();
  });
  app.use(securityHeaders());
  for (const route of routes) app[route.method](route.path, dispatch(route, context));
  app.use('/api', async (_request, response) => {
    sendReply(response, (await context.accounts.adminExists()) ? NOTHING_HERE : SETUP_NEEDED);
  });
  app.use('/assets', assetFiles(staticDir));
  app.use(looseFiles(staticDir));
  app.use(pages(staticDir, context.accounts));
  app.use((_request, response) => sendReply(response, NOTHING_HERE));
  app.use(errorPage(context));
  return app;
}

function errorPage(context: DispatchContext): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error, _request, response, _next) => {
    const badUrl = error instanceof URIError || (error instanceof Error && 'status' in error && error.status === 400);
    sendReply(response, badUrl ? BAD_URL : unexpected(error, response, context));
  };
}
