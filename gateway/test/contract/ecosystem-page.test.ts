import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ECOSYSTEMS } from '#contract/ecosystems/ecosystems.ts';
import { withEcosystems } from './ecosystem-page.ts';

const file = join(import.meta.dirname, '../../docs/add-a-device.md');

test('the page says what the table says; HOUQIN_WRITE_DOCS=1 brings it up to date', () => {
  const page = readFileSync(file, 'utf8');
  if (process.env['HOUQIN_WRITE_DOCS'] === '1') writeFileSync(file, withEcosystems(page));
  expect(readFileSync(file, 'utf8')).toBe(withEcosystems(page));
});

/** Backticked prefixes of the first line of any table on the page that names the product and holds one. */
function prefixesOnPage(name: RegExp): string[] {
  const rows = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|'));
  const found = rows.find((line) => name.test(line) && /`[^`]+\/`/.test(line)) ?? '';
  return [...found.matchAll(/`([^`]+\/)`/g)].flatMap(([, prefix]) => prefix ?? []);
}

test.each([
  ['tasmota', /\bTasmota\b/i],
  ['zigbee2mqtt', /\bZigbee2MQTT\b/i],
  ['shelly-gen1', /\bShelly\b.*Gen1/i],
  ['esphome', /\bESPHome\b/i],
  ['chirpstack', /\bChirpStack\b/i],
  ['thethingsstack', /\bThings Stack\b/i],
  ['home-assistant', /\bHome Assistant\b/i],
  ['homie', /\bHomie\b/i],
  ['sparkplug-b', /\bSparkplug\b/i],
  ['frigate', /\bFrigate\b/i],
  ['node-red', /\bNode-RED\b/i],
  ['telegraf', /\bTelegraf\b/i],
  ['scripts', /\bmosquitto_pub\b/i],
  ['mosquitto-bridge', /\bmosquitto\b/i],
  ['rtl_433', /\brtl_433\b/i],
  ['theengs', /\bTheengs\b/i],
  ['openmqttgateway', /\bOpenMQTTGateway\b/i],
  ['wled', /\bWLED\b/i],
  ['ems-esp', /\bEMS-ESP\b/i],
  ['flashmq-victron', /\bFlashMQ\b/i],
])('whoever looks for %s on the page finds its prefixes first', (id, name) => {
  expect(prefixesOnPage(name)).toEqual(ECOSYSTEMS.find((one) => one.id === id)?.prefixes);
});
