/** A real mosquitto beside the gateway, configured as its manual says, as a school's branch would have it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { mosquittoBinary } from '../../engines.ts';
import { freePort, untilOpen } from '../../free-port.ts';
import { itNeeds } from '../../skip.ts';
import { type ConnectCampus, connectCampus, passwordOf } from './connect-campus.ts';

const binary = mosquittoBinary();
const missing = binary === undefined ? 'mosquitto is not installed' : undefined;

interface Branch {
  /** A client of the branch's own broker. */
  readonly client: MqttClient;
  log(): string;
  stop(): Promise<void>;
}

let campus: ConnectCampus;
let branch: Branch | undefined;
beforeAll(async () => {
  campus = await connectCampus(
    [
      { username: 'branch', prefixes: ['tele/', 'cmnd/'] },
      { username: 'centre', prefixes: ['tele/', 'cmnd/', 'other/'] },
    ],
    [{ id: 'plug', profile: 'tasmota', address: 'plug' }],
  );
}, 60_000);
afterEach(async () => {
  await branch?.stop();
  branch = undefined;
});
afterAll(() => campus?.stop(), 30_000);

/** @param lines of the bridge's section, after its name, address and login */
async function startBranch(lines: readonly string[]): Promise<Branch> {
  const folder = await mkdtemp(join(tmpdir(), 'houqin-branch-'));
  const port = await freePort();
  const conf = [
    ...[`listener ${port} 127.0.0.1`, 'allow_anonymous true', 'log_dest stderr', 'log_type all'],
    ...['connection houqin', `address 127.0.0.1:${campus.port}`, 'restart_timeout 1'],
    ...['remote_username branch', `remote_password ${passwordOf('branch')}`],
    ...lines,
  ];
  const file = join(folder, 'mosquitto.conf');
  await writeFile(file, `${conf.join('\n')}\n`);
  const child: ChildProcess = spawn(binary ?? '', ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  await untilOpen(port);
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0 });
  return {
    client,
    log: () => log,
    async stop() {
      await client.endAsync(true);
      child.kill();
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const sensor = (power: number): string => JSON.stringify({ ENERGY: { Power: power } });
/** How often the branch opened its bridge to the gateway. */
const connections = (one: Branch): number => one.log().match(/Bridge \S+ sending CONNECT/g)?.length ?? 0;

itNeeds(missing, 'with defaults, topic # out 1: readings are stored, its state and its will stay out', async () => {
  branch = await startBranch(['topic # out 1']);
  await branch.client.publishAsync('tele/plug/SENSOR', sensor(21), { qos: 1 });
  await campus.stored('plug', 'power_w', 21);
  await campus.told({ login: 'branch', reason: 'will-denied' });
  expect(connections(branch)).toBe(1);
});

itNeeds(missing, 'one foreign topic jams nothing, on the same connection', async () => {
  branch = await startBranch(['topic # out 1']);
  await branch.client.publishAsync('other/lamp', 'on', { qos: 1 });
  await branch.client.publishAsync('tele/plug/SENSOR', sensor(22), { qos: 1 });
  await campus.stored('plug', 'power_w', 22);
  await campus.told({ login: 'branch', reason: 'topic-denied', detail: 'other/lamp' });
  expect(connections(branch)).toBe(1);
});

itNeeds(missing, 'topic # both: it hears what it may, and no echo comes back', async () => {
  branch = await startBranch(['topic # both 1']);
  const heard: string[] = [];
  branch.client.on('message', (topic, payload) => heard.push(`${topic} ${payload}`));
  await branch.client.subscribeAsync('#', { qos: 1 });
  await branch.client.publishAsync('tele/plug/SENSOR', sensor(23), { qos: 1 });
  await campus.stored('plug', 'power_w', 23);
  const centre = await campus.enter('centre');
  await centre.publish('other/lamp', 'on', { qos: 1 });
  await expect
    .poll(async () => {
      await centre.publish('cmnd/plug/POWER', 'ON', { qos: 1 });
      return heard.includes('cmnd/plug/POWER ON');
    })
    .toBe(true);
  expect(heard.filter((line) => line.startsWith('other/'))).toEqual([]);
  expect(heard.filter((line) => line.startsWith('tele/'))).toEqual([`tele/plug/SENSOR ${sensor(23)}`]);
  expect(connections(branch)).toBe(1);
});

itNeeds(missing, 'MQTT 5', async () => {
  branch = await startBranch(['topic # both 1', 'bridge_protocol_version mqttv50']);
  await branch.client.publishAsync('other/lamp', 'on', { qos: 1 });
  await branch.client.publishAsync('tele/plug/SENSOR', sensor(24), { qos: 1 });
  await campus.stored('plug', 'power_w', 24);
  expect(branch.log()).not.toMatch(/unsupported|falling back|protocol error/i);
  expect(connections(branch)).toBe(1);
});

itNeeds(missing, 'what was retained comes with its flag, and stays for whoever comes later', async () => {
  branch = await startBranch(['topic # out 1', 'notifications false']);
  await branch.client.publishAsync('tele/plug/LWT', 'Online', { qos: 1, retain: true });
  await expect
    .poll(() => campus.retained('centre', 'tele/#', []).then((kept) => kept.get('tele/plug/LWT')))
    .toBe('Online');
});

itNeeds(
  missing,
  'what it queued while the gateway was away is stored afterwards',
  async () => {
    branch = await startBranch(['topic # out 1', 'notifications false']);
    await branch.client.publishAsync('tele/plug/SENSOR', sensor(25), { qos: 1 });
    await campus.stored('plug', 'power_w', 25);
    await campus.gateway.terminate();
    await branch.client.publishAsync('tele/plug/SENSOR', sensor(26), { qos: 1 });
    await campus.gateway.start();
    // It tries again every few seconds.
    await campus.stored('plug', 'power_w', 26, 30_000);
  },
  60_000,
);
