/** The built dashboard: hashed assets for ever, pages never from a cache. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import express, { type RequestHandler, type Response } from 'express';
import type { Accounts } from './accounts.ts';
import { fail } from './reply.ts';
import { nonceOf } from './security-headers.ts';
import { sendReply } from './send-reply.ts';
import { SETUP_NEEDED } from './setup-token.ts';

const NOT_BUILT = fail(
  503,
  'dashboard-missing',
  '看板尚未构建：请运行 npm run build。',
  'The dashboard is not built: run `npm run build`.',
);
const NO_PAGE = fail(404, 'no-such-page', '没有这个页面。', 'There is no such page.');

export function assetFiles(staticDir: string): RequestHandler {
  return express.static(join(staticDir, 'assets'), {
    immutable: true,
    maxAge: '1y',
    index: false,
    redirect: false,
    dotfiles: 'ignore',
  });
}

/** Unhashed files beside the pages (favicon, manifest): asked for anew each time. */
export function looseFiles(staticDir: string): RequestHandler {
  const serve = express.static(staticDir, {
    cacheControl: true,
    maxAge: 0,
    index: false,
    redirect: false,
    dotfiles: 'ignore',
  });
  return (request, response, next) => (/\.html?$/i.test(request.path) ? next() : serve(request, response, next));
}

/** `/wall` is the guards' own bundle, every other path without a file ending is the dashboard's; before set-up only `/setup`. */
export function pages(staticDir: string, accounts: Pick<Accounts, 'adminExists'>): RequestHandler {
  return async (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return next();
    const isSetup = /^\/setup\/?$/.test(request.path);
    if (!isSetup && !(await accounts.adminExists())) return sendReply(response, SETUP_NEEDED);
    if (/\.\w+$/.test(request.path) && !/^\/(?:index|wall)\.html$/.test(request.path))
      return sendReply(response, NO_PAGE);
    await sendPage(response, join(staticDir, /^\/wall(?:\/|\.html|$)/.test(request.path) ? 'wall.html' : 'index.html'));
  };
}

async function sendPage(response: Response, path: string): Promise<void> {
  let html: string;
  try {
    html = await readFile(path, 'utf8');
  } catch {
    return sendReply(response, NOT_BUILT);
  }
  // Libraries that write <style> elements at run time read the nonce from here.
  const withNonce = html.replace(/<head>/i, `<head>\n    <meta property="csp-nonce" nonce="${nonceOf(response)}" />`);
  response.status(200).set({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).send(withNonce);
}
