/** The captured messages that lie beside a checkout, as far as they come over MQTT. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const message = z.object({
  id: z.string(),
  topic: z.string(),
  enc: z.enum(['json', 'text', 'hex', 'xml']),
  payload: z.json(),
  retain: z.boolean().optional(),
  qos: z.number().optional(),
  context: z.object({ request: z.string().optional() }).optional(),
  expect: z.array(
    z.object({
      device: z.string(),
      metric: z.string(),
      value: z.union([z.number(), z.boolean(), z.string()]),
      ts: z.string().optional(),
    }),
  ),
});
const fixture = z.object({ _meta: z.object({ ecosystem: z.string() }), messages: z.array(message) });

export type FixtureMessage = z.output<typeof message>;
export interface FixtureFile {
  readonly name: string;
  readonly ecosystem: string;
  readonly messages: readonly FixtureMessage[];
}

/** Over sockets of their own, what we publish ourselves, and a rendering of what is bytes on the wire. */
const ELSEWHERE = /^(?:gb28181|hikvision-isapi|onvif|notify)\/|discovery-out|spec-examples-json/;

/** @param data folder of the test data; the fixtures lie beside it. Empty when they do not. */
export function mqttFixtures(data: string | undefined): readonly FixtureFile[] {
  const dir = data === undefined ? '' : join(data, '../fixtures');
  if (dir === '' || !existsSync(dir)) return [];
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json') && !ELSEWHERE.test(name))
    .sort()
    .map((name) => {
      const { _meta, messages } = fixture.parse(JSON.parse(readFileSync(join(dir, name), 'utf8')));
      return { name, ecosystem: _meta.ecosystem, messages };
    });
}

export function bytesOf({ enc, payload }: FixtureMessage): Buffer {
  if (enc === 'json') return Buffer.from(JSON.stringify(payload));
  return Buffer.from(
    enc === 'hex' ? String(payload).replaceAll(' ', '') : String(payload),
    enc === 'hex' ? 'hex' : 'utf8',
  );
}
