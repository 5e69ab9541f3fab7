/** Values of devices.yaml that an anchor (&) shares, edited over the API of a running gateway. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { validatedClient } from '../api/validated-client.ts';
import { startTestGateway, type TestGateway } from '../run-gateway.ts';

const LINES = `
  - { id: an-1, name: A1, kind: sensor, place: building-1, fields: &em { "x.p": power_w } } # one
  - { id: an-2, name: A2, kind: sensor, place: building-1, fields: *em } # two
`;
let gateway: TestGateway;
beforeAll(async () => {
  const devices = await readFile(resolve(import.meta.dirname, '../campus-config/devices.yaml'), 'utf8');
  gateway = await startTestGateway({ files: { 'devices.yaml': devices.replace(/^devices:\n/m, `devices:${LINES}`) } });
}, 60_000);
afterAll(() => gateway?.stop(), 30_000);

const textNow = (): Promise<string> => readFile(join(gateway.configDir, 'devices.yaml'), 'utf8');
const fieldsOf = async (id: string): Promise<unknown> =>
  parse(await textNow()).devices.find((one: { readonly id: string }) => one.id === id)?.fields;

test('fields that others repeat are refused in words, fields that repeat others become a copy', async () => {
  const client = (await validatedClient(gateway.url)).as(gateway.adminToken);
  const add = (id: string, body: object) => client.request('POST', `/api/v1/devices/${id}/fields`, { body });
  const before = await textNow();
  const refused = await add('an-1', { fields: { 'y.q': { metric: 'voltage_v' } } });
  expect(refused.status).toBe(422);
  expect(JSON.stringify(refused.body)).toContain('the value of fields carries an anchor (&)');
  expect(await textNow()).toBe(before);

  const copied = await add('an-2', { fields: { 'y.q': { metric: 'voltage_v' } } });
  expect(copied.status, JSON.stringify(copied.body)).toBe(200);
  expect(await fieldsOf('an-1')).toEqual({ 'x.p': 'power_w' });
  expect(await fieldsOf('an-2')).toEqual({ 'x.p': 'power_w', 'y.q': 'voltage_v' });
  const lines = before.split('\n');
  expect((await textNow()).split('\n').filter((line) => !lines.includes(line))).toHaveLength(1);

  // Now that nobody repeats them any more they are edited like any other.
  expect((await add('an-1', { fields: { 'y.r': { metric: 'current_a' } } })).status).toBe(200);
  expect(await fieldsOf('an-1')).toEqual({ 'x.p': 'power_w', 'y.r': 'current_a' });
});
