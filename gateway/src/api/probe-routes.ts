/** Probes and the description of the API itself. */
import { healthResponse, readyResponse } from '#contract/http/health.ts';
import type { ApiDeps } from './api-deps.ts';
import { fail, ok, type Reply } from './reply.ts';
import { type Route, route } from './route.ts';

const METRICS_READERS = ['admin', 'office', 'read', 'write'] as const;

/** @param metrics Prometheus text of the api itself, put behind that of the rest. */
export function probeRoutes(metrics: () => Promise<string>): readonly Route[] {
  const ready = shared((deps) => deps.ready());
  const healthy = shared((deps) => deps.healthy());
  return [
    route({
      method: 'get',
      path: '/healthz',
      summary: 'Is the process alive: event loop and workers answer within 5 s',
      allow: 'anyone',
      beforeSetup: true,
      responses: { 200: healthResponse, 503: healthResponse },
      handle: async (_input, { deps }) => {
        const isHealthy = await healthy(deps);
        return answer(isHealthy ? 200 : 503, { status: isHealthy ? 'ok' : 'failing', at: deps.clock.now() });
      },
    }),
    route({
      method: 'get',
      path: '/readyz',
      summary: 'Can the gateway take in and keep readings, part by part',
      allow: 'anyone',
      beforeSetup: true,
      responses: { 200: readyResponse, 503: readyResponse },
      handle: async (_input, { deps }) => {
        const state = await ready(deps);
        return answer(state.status === 'ready' ? 200 : 503, state);
      },
    }),
    route({
      method: 'get',
      path: '/metrics',
      summary: 'Prometheus; without a token only from the gateway’s own machine',
      allow: 'anyone',
      responses: { 200: 'text' },
      handle: async (_input, { deps, caller, loopback }) => {
        const allowed = loopback || METRICS_READERS.some((principal) => principal === caller?.principal);
        if (!allowed)
          return fail(401, 'token-needed', '请使用接入密钥读取指标。', 'Use an API token to read the metrics.');
        return ok(`${await deps.metrics()}${await metrics()}`, {
          'content-type': 'text/plain; version=0.0.4; charset=utf-8',
        });
      },
    }),
  ];
}

/** Strangers may ask, and the answer costs a write: those who ask while one is being found get that one. */
function shared<T>(ask: (deps: ApiDeps) => Promise<T>): (deps: ApiDeps) => Promise<T> {
  let asked: Promise<T> | undefined;
  return (deps) => {
    asked ??= ask(deps).finally(() => {
      asked = undefined;
    });
    return asked;
  };
}

function answer(status: number, body: unknown): Reply {
  return { kind: 'success', status, body };
}
