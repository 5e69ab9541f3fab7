/** History rows over HTTP: stored, never judged. */

import { type ImportResponse, type ImportRow, importRequest, importResponse } from '#contract/http/history.ts';
import { metricInfo } from '#contract/metrics.ts';
import { FLAG_BITS, type Reading } from '#contract/readings.ts';
import { LIMITS } from '#contract/topics.ts';
import type { ApiDeps } from './api-deps.ts';
import { ADMIN } from './caller.ts';
import { ok } from './reply.ts';
import { type Route, route } from './route.ts';

type Rejected = ImportResponse['rejected'][number];

export const historyRoutes: readonly Route[] = [
  route({
    method: 'post',
    path: '/api/v1/readings/import',
    stores: 'readings',
    summary: 'Store history rows; they fire no alerts. Rows that do not fit are listed, the others are stored',
    allow: ADMIN,
    body: importRequest,
    bodyLimitBytes: 1024 * 1024,
    responses: { 200: importResponse },
    auditAs: 'readings',
    handle: async ({ body }, { deps }) => {
      const now = deps.clock.now();
      const accepted: Reading[] = [];
      const rejected: Rejected[] = [];
      body.readings.forEach((row, index) => {
        const refusal = refusalOf(row, deps, now);
        if (refusal === undefined) accepted.push(readingOf(row, now));
        else rejected.push({ index, ...refusal });
      });
      const { stored, duplicates } =
        accepted.length === 0 ? { stored: 0, duplicates: 0 } : await deps.importReadings(accepted);
      const sum = accepted.reduce((total, reading) => total + reading.value, 0);
      const detail = `accepted=${accepted.length} rejected=${rejected.length}`;
      return { ...ok({ accepted: accepted.length, stored, duplicates, sum, rejected }), audit: { detail } };
    },
  }),
];

function refusalOf(
  { device, metric, ts, value }: ImportRow,
  deps: ApiDeps,
  now: number,
): Omit<Rejected, 'index'> | undefined {
  if (!deps.config().registry.devices.has(device)) return { reason: 'unknown-device', message: `no device ${device}` };
  const info = metricInfo(metric);
  if (info === undefined) return { reason: 'unknown-metric', message: `no metric ${metric}` };
  if (value < info.min || value > info.max)
    return { reason: 'out-of-range', message: `${metric} lies in ${info.min} … ${info.max}` };
  if (ts < 0 || ts > now + LIMITS.deviceTimeFutureMs)
    return { reason: 'bad-time', message: 'before 1970 or in the future' };
  return undefined;
}

function readingOf({ device, metric, ts, value, manual }: ImportRow, now: number): Reading {
  return { device, metric, ts, value, flags: manual === true ? FLAG_BITS.manual : 0, receivedAt: now };
}
