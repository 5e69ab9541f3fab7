import { request } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { waitFor } from '../../gateway/test/wait-for.ts';
import { startFaultsHttp } from '../faults/faults-http.ts';
import { type Fleet, startFleet } from '../fleet.ts';
import { smallCampus } from './small-campus.ts';
import { startBroker } from './test-broker.ts';

interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

type Call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>;

async function steeredFleet(): Promise<{ fleet: Fleet; call: Call }> {
  const broker = await startBroker();
  const fleet = await startFleet({ config: smallCampus(), mqttUrl: broker.url });
  const http = await startFaultsHttp(0, { faults: fleet.faults, ledger: fleet.ledger, now: Date.now });
  onTestFinished(async () => {
    await http.close();
    await fleet.stop();
  });
  const call: Call = (method, path, body, headers = { 'content-type': 'application/json' }) =>
    new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port: http.port, method, path, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
      });
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
    });
  await waitFor(() => expect(fleet.connected().connected).toBe(20), { timeout: 8_000 });
  return { fleet, call };
}

test('a fault is begun, listed and ended over HTTP', async () => {
  const { fleet, call } = await steeredFleet();
  const begun = await call('POST', '/faults', { fault: 'leak', device: 'water', params: { lph: 250 }, forS: 60 });
  expect(begun).toMatchObject({
    status: 201,
    body: { id: 'f1', fault: 'leak', devices: ['water'], params: { lph: 250 } },
  });
  expect(fleet.faults.of('water')).toHaveLength(1);
  expect((await call('GET', '/faults')).body).toEqual({ items: [begun.body] });
  expect(await call('DELETE', '/faults/f1')).toEqual({ status: 200, body: { id: 'f1' } });
  expect(await call('DELETE', '/faults/f1')).toEqual({ status: 404, body: { reason: 'unknown-fault' } });
  expect((await call('GET', '/faults')).body).toEqual({ items: [] });
});

test('a fault with an end stops by itself', async () => {
  const { fleet, call } = await steeredFleet();
  expect((await call('POST', '/faults', { fault: 'door-open', place: 'gate-east', forS: 0.3 })).status).toBe(201);
  expect(fleet.truth.doorOpen('east', Date.now())).toBe(true);
  await waitFor(() => expect(fleet.faults.active()).toHaveLength(0), 8_000);
  expect(fleet.truth.doorOpen('east', Date.now())).toBe(false);
});

test('truth tells what went through a meter between two instants', async () => {
  const { fleet, call } = await steeredFleet();
  const [from, to] = [Date.parse('2026-03-04T00:00:00Z'), Date.parse('2026-03-05T00:00:00Z')];
  const { status, body } = await call(
    'GET',
    `/truth?device=main&metric=energy_total_kwh&from=${from}&to=2026-03-05T00:00:00Z`,
  );
  expect(status).toBe(200);
  expect(body['total']).toBe(fleet.truth.total('main', to) - fleet.truth.total('main', from));
  const seen = await call('GET', `/truth?device=climate&metric=temperature_c&from=0&to=${Date.now() + 1}`);
  expect(seen.body).toMatchObject({ total: null, complete: true });
  expect(seen.body['published']).toBeGreaterThan(0);
});

test('what cannot be a fault is refused with a reason', async () => {
  const { fleet, call } = await steeredFleet();
  const refused: [string, unknown, number][] = [
    ['no fault of that name', { fault: 'earthquake', device: 'main' }, 400],
    ['a parameter out of bounds', { fault: 'leak', device: 'water', params: { lph: -1 } }, 400],
    ['a key nobody knows', { fault: 'drop', device: 'main', colour: 'red' }, 400],
    ['both a device and a place', { fault: 'drop', device: 'main', place: 'block' }, 400],
    ['a device that is not there', { fault: 'drop', device: 'ghost' }, 404],
    ['no JSON', '{"fault": "drop"', 400],
    ['a body of megabytes', 'x'.repeat(100_000), 413],
  ];
  for (const [why, body, status] of refused) {
    const reply = await call('POST', '/faults', body);
    expect([why, reply.status, typeof reply.body['reason']]).toEqual([why, status, 'string']);
  }
  expect(fleet.faults.active()).toHaveLength(0);
});

test('a page of another host cannot steer', async () => {
  const { call } = await steeredFleet();
  const fault = { fault: 'drop', device: 'main' };
  expect((await call('POST', '/faults', fault, { 'content-type': 'text/plain' })).status).toBe(415);
  const foreign = { 'content-type': 'application/json', host: 'evil.example' };
  expect((await call('POST', '/faults', fault, foreign)).status).toBe(403);
  expect((await call('GET', '/elsewhere')).status).toBe(404);
  expect((await call('GET', '/truth?device=main')).status).toBe(400);
});
