/** How well proposals do on messages whose meaning is known: a hit proposes the metric and comes to the value. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { metricInfo } from '#contract/metrics.ts';
import { type VectorFile, vectorFile } from '#contract/vectors/vector-file.ts';
import { compileConversion } from '../../src/decode/conversion.ts';
import { frameOf } from '../../src/decode/profile-test.ts';
import { describeMessage } from '../../src/onboarding/describe-message.ts';

export interface Score {
  readonly hits: number;
  readonly missed: readonly string[];
  /** Proposals of a main metric that no expectation bears out, and that say nothing of a doubt. */
  readonly wrong: readonly string[];
}

/** What a school brings devices in for. */
const MAIN =
  /^(?:energy_total_kwh|energy_export_total_kwh|water_total_m3|power_w|voltage_v|current_a|power_factor|flow_lph|temperature_c|humidity_pct|battery_pct|battery_mv|door_open|water_leak|valve_open|tamper|battery_low)(?:_|$)/;

/** Vectors of text protocols: those of codecs have nothing that a person could click on. */
export function vectors(folder = resolve(import.meta.dirname, '../../contract/vectors')): Map<string, VectorFile> {
  return new Map(
    readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .flatMap((file) => {
        const parsed = vectorFile.safeParse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
        return parsed.success ? [[basename(file, '.json'), parsed.data] as const] : [];
      }),
  );
}

export function scoreOf({ profile, messages }: VectorFile): Score {
  let hits = 0;
  const missed: string[] = [];
  const wrong: string[] = [];
  for (const message of messages) {
    const all = message.expect.map(({ metric }) => metric);
    const wanted = message.expect.filter(
      ({ metric }) => MAIN.test(metric) && all.indexOf(metric) === all.lastIndexOf(metric),
    );
    // Of several devices in one message, or of more than one value of a metric, a click can take only one.
    const isOne = new Set(message.expect.map(({ device }) => device)).size <= 1;
    if (wanted.length === 0 || !isOne) continue;
    const { topic, payload, at } = frameOf(message);
    const described = describeMessage({ topic, payload, at, others: [] });
    if (described.decode === 'binary') continue;
    const proposed = described.fields.flatMap(({ path, sample, metric, scale, map, note }) => {
      if (metric === null || sample === null) return [];
      const convert = compileConversion({
        metric,
        ...(scale === null ? {} : { scale }),
        ...(map === null ? {} : { map }),
      });
      return [{ path, sample, metric, value: convert(sample), isDoubted: (note ?? null) !== null }];
    });
    const where = `${profile}/${message.id}`;
    for (const { metric, value } of wanted) {
      const found = proposed.find((one) => one.metric === metric && near(one.value, value));
      if (found !== undefined) hits += 1;
      else missed.push(`${where} ${metric}=${value}`);
    }
    for (const one of proposed) {
      if (one.isDoubted || !MAIN.test(one.metric) || metricInfo(one.metric) === undefined) continue;
      if (!message.expect.some(({ metric, value }) => metric === one.metric && near(one.value, value)))
        wrong.push(`${where} ${one.path}=${String(one.sample)} → ${one.metric}=${String(one.value)}`);
    }
  }
  return { hits, missed, wrong };
}

const near = (a: number | undefined, b: number): boolean =>
  a !== undefined && Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b));
