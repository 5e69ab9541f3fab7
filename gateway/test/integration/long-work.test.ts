/** What requests ask for at length is worked out on other threads of a whole gateway, within bounds, and said in sentences. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Problem } from '#contract/http/common.ts';
import { startTestGateway, type TestGateway } from '../run-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());

async function ask(method: string, path: string, body: string, headers: Record<string, string> = {}) {
  const answer = await fetch(`${gateway.url}/api/v1${path}`, {
    ...{ method, body },
    headers: { authorization: `Bearer ${gateway.adminToken}`, 'content-type': 'application/json', ...headers },
  });
  return { status: answer.status, type: answer.headers.get('content-type'), body: (await answer.json()) as unknown };
}

async function jobs(lane: string, kind: string): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return Number(new RegExp(`^houqin_jobs_${lane}\\{kind="${kind}"\\} (\\d+)`, 'm').exec(text)?.[1]);
}

test('rules of 20,000 unknown keys: 100 are listed, all are counted, another thread did it', async () => {
  const before = await jobs('short', 'done');
  const { etag } = await gateway.api<{ etag: string }>('/config/rules');
  const yaml = `rules: []\n${Array.from({ length: 20_000 }, (_, n) => `k${n}: 1`).join('\n')}\n`;
  const { status, body } = await ask('PUT', '/rules', JSON.stringify({ yaml }), { 'if-match': etag });
  const problem = body as Problem;
  expect([status, problem.errors?.length, problem.errorCount]).toEqual([422, 100, 20_000]);
  expect([problem.detail, problem.detailZh]).toEqual([
    'rules.yaml has 20000 problem(s) and was not saved. The first 100 are listed.',
    'rules.yaml 有 20000 处问题，没有保存。下面是前 100 处。',
  ]);
  // The body, which is above 64 KiB, and the check.
  expect(await jobs('short', 'done')).toBe(before + 2);
});

test('a large body that is no JSON, has a forbidden name or does not fit is refused as a small one is', async () => {
  const filler = `"f": "${'x'.repeat(100_000)}"`;
  expect(await ask('POST', '/readings/import', `{${filler}`)).toMatchObject({
    ...{ status: 400, body: { type: 'urn:houqin:problem:bad-json' } },
  });
  expect(await ask('POST', '/readings/import', `{${filler}, "__proto__": {}}`)).toMatchObject({
    ...{ status: 400, body: { type: 'urn:houqin:problem:bad-json' } },
  });
  const { body } = await ask('POST', '/readings/import', `{${filler}}`);
  expect(body).toMatchObject({ type: 'urn:houqin:problem:bad-request', errorCount: 2 });
  expect((body as Problem).errors?.map(({ path }) => path).toSorted()).toEqual(['body', 'body.readings']);
});

test('a back-test runs on its own thread over what is stored', async () => {
  const at = Date.now() - 600_000;
  const readings = [10, 500, 500, 10].map((value, n) => ({
    ...{ device: 'meter-101', metric: 'power_w', ts: at + 60_000 * n, value },
  }));
  await gateway.api('/readings/import', { method: 'POST', body: JSON.stringify({ readings }) });
  const yaml = 'rules:\n  - { id: high, name: h, kind: threshold, metric: power_w, above: 100, clearDelay: 0s }\n';
  const { status, type, body } = await ask(
    'POST',
    '/rules/backtest',
    JSON.stringify({ yaml, from: at, to: at + 600_000 }),
  );
  expect([status, type]).toEqual([200, expect.stringContaining('application/json')]);
  expect(body).toMatchObject({
    episodes: [{ rule: 'high', device: 'meter-101', from: at + 60_000, to: at + 180_000 }],
  });
  expect(await jobs('long', 'done')).toBe(1);
});

test('consumption of years is summed on its own thread, and is that of the same hours asked for one by one', async () => {
  const base = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 40 * 24 * 3_600_000;
  const readings = Array.from({ length: 200 }, (_, n) => ({
    ...{ device: 'meter-f1', metric: 'energy_total_kwh', ts: base + n * 600_000, value: n },
  }));
  await gateway.api('/readings/import', { method: 'POST', body: JSON.stringify({ readings }) });
  const sum = (from: number, to: number) =>
    gateway.api<{ total: number | null }>(
      `/consumption?device=meter-f1&resource=electricity&step=day&from=${from}&to=${to}`,
    );
  const days = 24 * 3_600_000;
  const few = await sum(base, base + 5 * days);
  expect(few.total).toBeGreaterThan(100);
  expect(await jobs('sums', 'done')).toBe(0);
  const years = await sum(base - 3_000 * days, base + 39 * days);
  expect(years.total).toBeCloseTo(few.total ?? 0, 6);
  expect(await jobs('sums', 'done')).toBe(1);
});
