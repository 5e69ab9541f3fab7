/** A running api on a free loopback port over fakes, with an administrator and the means to become anybody. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureAdmin } from '../../src/api/ensure-admin.ts';
import { type Api, type ApiOptions, startApi } from '../../src/api/start-api.ts';
import type { Log } from '../../src/shared/log.ts';
import { type FakeDeps, fakeDeps } from './fake-deps.ts';
import { type ValidatedClient, validatedClient } from './validated-client.ts';

export const ADMIN = { name: '王主任', password: 'correct horse battery' } as const;
export const PASSWORD = 'a long enough password';

export interface TestApi {
  readonly api: Api;
  readonly deps: FakeDeps;
  readonly client: ValidatedClient;
  readonly admin: ValidatedClient;
  /** Errors that were logged; a healthy test leaves it empty. */
  readonly errors: unknown[];
  /** Adds a user and signs in. @returns the session token. */
  person(role: string, name?: string): Promise<string>;
  /** @returns the secret of a new API token. */
  token(scope: string): Promise<{ readonly id: string; readonly secret: string }>;
  signIn(name: string, password: string): Promise<string>;
  cliToken(): Promise<string>;
  close(): Promise<void>;
}

export function quietLog(errors: unknown[]): Log {
  return { info: () => undefined, warn: () => undefined, error: (fields) => void errors.push(fields) };
}

/** Pages and one hashed asset, as vite builds them. */
export function fakeDist(): string {
  const dist = mkdtempSync(join(tmpdir(), 'houqin-dist-'));
  mkdirSync(join(dist, 'assets'));
  writeFileSync(
    join(dist, 'index.html'),
    '<!doctype html><html><head><title>后勤</title></head><body>dashboard</body></html>',
  );
  writeFileSync(
    join(dist, 'wall.html'),
    '<!doctype html><html><head><title>大屏</title></head><body>wall</body></html>',
  );
  writeFileSync(join(dist, 'assets', 'index-abc123.js'), 'export {};');
  writeFileSync(join(dist, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  return dist;
}

export async function testApi(
  options: { readonly deps?: FakeDeps } & Partial<Pick<ApiOptions, 'onUpgrade' | 'limits' | 'staticDir'>> = {},
): Promise<TestApi> {
  const deps = options.deps ?? fakeDeps();
  const errors: unknown[] = [];
  await ensureAdmin(deps, ADMIN.name, ADMIN.password);
  const { onUpgrade, limits = {}, staticDir = fakeDist() } = options;
  const api = await startApi({
    deps,
    host: '127.0.0.1',
    port: 0,
    staticDir,
    limits,
    log: quietLog(errors),
    ...(onUpgrade === undefined ? {} : { onUpgrade }),
  });
  const client = await validatedClient(api.url);
  const signIn = async (name: string, password: string): Promise<string> => {
    const { status, body } = await client.request('POST', '/api/v1/session', { body: { name, password } });
    if (status !== 201) throw new Error(`sign-in of ${name}: ${status}`);
    return Object(body).token;
  };
  const admin = client.as(await signIn(ADMIN.name, ADMIN.password));
  return {
    api,
    deps,
    client,
    admin,
    errors,
    signIn,
    person: async (role, name = `${role}-${Math.random().toString(36).slice(2, 8)}`) => {
      const { status } = await admin.request('POST', '/api/v1/users', { body: { name, password: PASSWORD, role } });
      if (status !== 201) throw new Error(`user ${name}: ${status}`);
      return signIn(name, PASSWORD);
    },
    token: async (scope) => {
      const { body } = await admin.request('POST', '/api/v1/tokens', { body: { name: `a ${scope} token`, scope } });
      return { id: Object(body).token.id, secret: Object(body).secret };
    },
    cliToken: async () => (await readFile(join(deps.dataDir, 'cli-token'), 'utf8')).trim(),
    close: () => api.close(),
  };
}
