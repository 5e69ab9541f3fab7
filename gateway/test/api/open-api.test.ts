/** The served description is complete and well formed. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiMetrics } from '../../src/api/api-metrics.ts';
import { routeTable } from '../../src/api/routes.ts';
import { type TestApi, testApi } from './test-api.ts';

let running: TestApi;
beforeAll(async () => {
  running = await testApi();
});
afterAll(() => running.close());

test('describes every route, its parameters and who may use it', () => {
  const { document } = running.client;
  expect(document.openapi).toBe('3.1.0');
  for (const route of routeTable(createApiMetrics().text)) {
    const operation = Object(document.paths[route.path.replaceAll(/:(\w+)/g, '{$1}')]?.[route.method]);
    expect(operation.summary, route.path).toBe(route.summary);
    const named = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => name);
    const inPath = operation.parameters.filter((parameter: { in: string }) => parameter.in === 'path');
    expect(
      inPath.map((parameter: { name: string }) => parameter.name),
      route.path,
    ).toEqual(named);
    expect(
      inPath.every((parameter: { required: boolean }) => parameter.required),
      route.path,
    ).toBe(true);
    expect(operation['x-allow'] ?? 'anyone').toEqual(route.allow);
    expect(operation.security).toEqual(route.allow === 'anyone' ? [] : [{ bearer: [] }, { cookie: [] }]);
    expect(operation.requestBody === undefined, route.path).toBe(route.body === undefined);
  }
});

test('operation ids are unique', () => {
  const ids = Object.values(running.client.document.paths).flatMap((path) =>
    Object.values(path).map((operation) => operation['operationId']),
  );
  expect(ids.length).toBeGreaterThan(40);
  expect(new Set(ids).size).toBe(ids.length);
});

test('every schema compiles and every reference leads somewhere', () => {
  const { document } = running.client;
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'openapi', components: document.components });
  const text = JSON.stringify(document);
  const refs = new Set([...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref ?? ''));
  expect(refs.size).toBeGreaterThan(20);
  for (const ref of refs) {
    expect(ref).toMatch(/^#\/components\/schemas\/\w+$/);
    expect(() => ajv.compile({ $ref: `openapi${ref}` }), ref).not.toThrow();
  }
  expect(text).not.toContain('$defs');
});

test('a response that does not fit is noticed', async () => {
  const { live } = running.deps;
  const { alert } = live;
  live.alert = async (id) => Object({ ...(await alert(id)), surprise: 1 });
  await expect(running.admin.request('GET', '/api/v1/alerts/alert-1')).rejects.toThrow(
    'must NOT have additional properties',
  );
  live.alert = async (id) => Object({ ...(await alert(id)), since: 'yesterday' });
  await expect(running.admin.request('GET', '/api/v1/alerts/alert-1')).rejects.toThrow('must be integer');
  live.alert = alert;
});
