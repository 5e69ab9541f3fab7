/**
 * No answer is ever taken for that of another register, whatever the line does: answers that come late, never, twice, in
 * pieces, stuck together, with noise, echoes and strangers in between. Every register of the simulated meters says which
 * one it is, and all requests have answers of the same shape.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineCampus, meterProfile } from './line-campus.ts';
import { withCrc } from './modbus-slave.ts';

const REGISTERS = [0x00, 0x10, 0x20, 0x30];
const UNITS = [1, 2, 3];
const RUN_MS = 240_000;
const STEP_MS = 20;

const profile = meterProfile(
  REGISTERS.map((register, n) => `register: ${register}, metric: pulse_total_ch${n}`),
  '',
  'poll: {timeoutMs: 1500, retries: 1, pauseMs: 50, lateMs: 30000}',
);

const mood = fc.record({
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constant('answer' as const) },
    ...(['late', 'never', 'twice', 'damaged', 'refused'] as const).map((kind) => ({
      weight: 1,
      arbitrary: fc.constant(kind),
    })),
  ),
  delay: fc.integer({ min: 5, max: 400 }),
  lateness: fc.integer({ min: 1_000, max: 20_000 }),
  cut: fc.integer({ min: 0, max: 12 }),
  before: fc.oneof(
    { weight: 3, arbitrary: fc.constant(new Uint8Array()) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 9 }) },
  ),
  echo: fc.boolean(),
  stranger: fc.boolean(),
});

interface Arrival {
  readonly at: number;
  readonly bytes: Buffer;
}

test('what a register is said to be is what it is', { timeout: 600_000 }, () => {
  let told = 0;
  fc.assert(
    fc.property(fc.array(mood, { minLength: 5, maxLength: 40 }), (moods) => {
      const meters = UNITS.map((unit) => ({
        id: `m${unit}`,
        address: String(unit),
        downTopic: 'dtu/1/down',
        intervalS: 5,
      }));
      const line = lineCampus(meters, [profile]);
      const arrivals: Arrival[] = [];
      let reads = 0;
      let turn = 0;
      const deliver = (at: number, bytes: Buffer): void => {
        // Nothing overtakes on a line: what is held up holds up what follows.
        arrivals.push({ at: Math.max(at, arrivals.at(-1)?.at ?? 0), bytes });
      };
      const answerTo = (request: Buffer, at: number): void => {
        const one = moods[turn % moods.length];
        turn += 1;
        if (one === undefined || one.kind === 'never') return;
        const unit = request[0] ?? 0;
        reads += 1;
        const value = (unit * 10 + REGISTERS.indexOf(request.readUInt16BE(2))) * 100_000 + reads;
        const data = [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
        const answer = one.kind === 'refused' ? withCrc([unit, 0x84, 2]) : withCrc([unit, 4, 4, ...data]);
        if (one.kind === 'damaged') answer[4] = (answer[4] ?? 0) ^ 0x10;
        const stranger = one.stranger ? withCrc([9, 4, 4, 1, 2, 3, 4]) : Buffer.alloc(0);
        const bytes = Buffer.concat([...(one.echo ? [request] : []), stranger, Buffer.from(one.before), answer]);
        const soon = at + (one.kind === 'late' ? one.lateness : one.delay);
        deliver(soon, bytes.subarray(0, one.cut));
        deliver(soon + 20, bytes.subarray(one.cut));
        if (one.kind === 'twice') deliver(soon + 20 + (one.lateness % 3_000), answer);
      };
      for (let at = 0; at < RUN_MS; at += STEP_MS) {
        for (const { request } of line.run(at)) answerTo(request, at);
        for (let next = arrivals[0]; next !== undefined && next.at <= at; next = arrivals[0]) {
          arrivals.shift();
          for (const { device, metric, value } of line.take('dtu/1/up', next.bytes).readings) {
            expect(Math.floor(value / 100_000)).toBe(Number(device.slice(1)) * 10 + Number(metric.at(-1)));
            told += 1;
          }
        }
      }
    }),
    { numRuns: Number(process.env['HOUQIN_MODEL_RUNS'] ?? 40) },
  );
  expect(told).toBeGreaterThan(1_000);
});
