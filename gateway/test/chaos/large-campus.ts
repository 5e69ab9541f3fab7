/** A campus as large as the product is meant for, with years behind it: what a worst request can ask for. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { incident as incidentShape } from '#contract/http/alerts.ts';
import type { Reading } from '#contract/readings.ts';
import { createAudit } from '../../src/api/audit.ts';
import { putAlert, putIncident } from '../../src/store/judge-records.ts';
import { openReadingStore } from '../../src/store/open-reading-store.ts';
import { openRecordsDb } from '../../src/store/open-records-db.ts';

export interface LargeCampus {
  readonly dataDir: string;
  readonly files: Readonly<Record<string, string>>;
  readonly from: number;
  readonly to: number;
}

const MINUTE = 60_000;
const METERS = 20;
const POINTS = 20_000;
const INCIDENTS = 1_500;
const AUDITED = 2_000;

/** @param devices how many; a room holds ten */
export async function largeCampus(devices: number): Promise<LargeCampus> {
  const dataDir = join(await mkdtemp(join(tmpdir(), 'houqin-large-')), 'data');
  const to = Math.floor(Date.now() / MINUTE) * MINUTE - MINUTE;
  const from = to - POINTS * MINUTE;
  await history(dataDir, from);
  await records(dataDir, to);
  return {
    dataDir,
    files: { 'devices.yaml': deviceList(devices), 'campus.yaml': places(devices), 'rules.yaml': RULES },
    from,
    to,
  };
}

const RULES = `rules:
  - { id: left-on, name: { zh: 未关, en: Left on }, kind: threshold, metric: power_w, above: 990, select: { kind: electricity-meter } }
  - { id: silent, name: { zh: 断线, en: Silent }, kind: silent, select: { kind: switch } }
`;

function deviceList(count: number): string {
  const line = (n: number): string => {
    const kind = n % 10 === 0 ? 'switch' : 'electricity-meter';
    const behind = n % 10 === 0 ? '' : `, dependsOn: [dev-${n - (n % 10)}]`;
    return `  - { id: dev-${n}, name: { zh: ${n} 号, en: Device ${n} }, kind: ${kind}, place: space-${Math.floor(n / 10)}${behind} }`;
  };
  return `devices:\n${Array.from({ length: count }, (_, n) => line(n)).join('\n')}\n`;
}

function places(devices: number): string {
  const rooms = Array.from(
    { length: Math.ceil(devices / 10) },
    (_, n) => `  - { id: space-${n}, name: { zh: ${n} 室, en: Room ${n} }, kind: room, parent: campus }`,
  );
  return [
    'name: { zh: 试验中学, en: Test School }',
    'sites: [{ id: main, name: 本部 }]',
    'places:',
    '  - { id: campus, name: { zh: 校园, en: Campus }, kind: campus, profile: classroom }',
    '  - { id: gate-east, name: { zh: 东门, en: East gate }, kind: gate, parent: campus, profile: gate }',
    '  - { id: room-101, name: { zh: 101 室, en: Room 101 }, kind: room, parent: campus }',
    ...rooms,
    '',
  ].join('\n');
}

async function history(dir: string, from: number): Promise<void> {
  const store = await openReadingStore({ dir, hourPhaseMs: 0, dayPhaseMs: 57_600_000 });
  const meters = Array.from({ length: METERS }, (_, n) => `dev-${n + 1}`);
  const common = { intervalMs: MINUTE, register: undefined };
  await store.define(
    meters.flatMap((device) => [
      { device, metric: 'power_w', kind: 'gauge' as const, ...common },
      { device, metric: 'energy_total_kwh', kind: 'register' as const, ...common },
    ]),
  );
  for (let at = 0; at < POINTS; at += 250) {
    const readings = meters.flatMap((device): Reading[] =>
      Array.from({ length: 250 }, (_, n) => from + (at + n) * MINUTE).flatMap((ts) => [
        { device, metric: 'power_w', ts, value: (ts / MINUTE) % 997, flags: 0, receivedAt: ts },
        { device, metric: 'energy_total_kwh', ts, value: (ts - from) / 3.6e6, flags: 0, receivedAt: ts },
      ]),
    );
    await store.append(readings, { history: true });
  }
  await store.close();
}

async function records(dir: string, now: number): Promise<void> {
  const db = await openRecordsDb({ dir });
  const entry = (n: number) => ({ at: now - n, what: '备注', why: 'n'.repeat(500), who: 'office' });
  const statements = Array.from({ length: INCIDENTS }, (_, n) => {
    const id = `large-${n}`;
    const common = { severity: 'warning' as const, since: now - 60_000 * n, until: now - 30_000 * n, place: 'campus' };
    const sentence = { zh: '试验', en: 'test' };
    const incident = incidentShape.parse({
      ...{ id, cause: 'dev-1', probable: false, state: 'resolved', ackedBy: null, ackedAt: null, assignee: null },
      ...{ silencedUntil: null, alerts: [`alert-${n}`], affected: [], sentence, ...common },
      timeline: Array.from({ length: 5 }, (_none, k) => entry(k)),
    });
    const alert = {
      ...{ id: `alert-${n}`, incidentId: id, rule: 'r', kind: 'threshold' as const, device: 'dev-1', ...common },
      ...{ state: 'resolved' as const, unknownSince: null, excess: 1, unit: 'W', yuan: null, sentence, timeline: [] },
    };
    return [putIncident(incident), putAlert(alert)];
  });
  await db.write(statements.flat());
  const audit = createAudit(db, dir);
  const said = {
    at: now,
    who: 'a',
    what: 'PUT /rules',
    object: 'o'.repeat(500),
    result: 'ok',
    detail: 'd'.repeat(500),
  };
  // Fewer at a time than may wait for the disk.
  for (let n = 0; n < AUDITED; n += 500) await Promise.all(Array.from({ length: 500 }, () => audit.append(said)));
  await db.close();
}
