/** The brokers a suite runs against: ours with an anonymous login that may do everything, and mosquitto to compare with. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBroker } from '../../../src/broker/start-broker.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { mosquittoBinary } from '../../engines.ts';
import { freePort, untilOpen } from '../../free-port.ts';

export interface SuiteBroker {
  readonly name: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Rights and rates are no part of a conformance suite: everything may be published, subscribed and retained, at any rate. */
export async function ourBroker(): Promise<SuiteBroker> {
  const quiet = (): void => undefined;
  const broker = await startBroker({
    host: '127.0.0.1',
    port: 0,
    clock: systemClock(),
    log: { info: quiet, warn: quiet, error: (fields, message) => console.error(message, fields) },
    credentials: () => ({ find: () => undefined }),
    auth: 'anonymous',
    limits: { messagesPerSecond: 1_000_000, messageBurst: 1_000_000 },
    retainable: () => true,
    maxPayloadBytes: () => 1024 * 1024,
    onFrame: async () => ({ kind: 'stored' }),
    onOversize: async () => ({ kind: 'quarantined' }),
  });
  return { name: 'houqin', port: broker.port, stop: () => broker.close() };
}

/** @returns undefined where mosquitto is not installed */
export async function mosquitto(): Promise<SuiteBroker | undefined> {
  const binary = mosquittoBinary();
  if (binary === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'houqin-mosquitto-'));
  const port = await freePort();
  const file = join(folder, 'mosquitto.conf');
  await writeFile(file, `listener ${port} 127.0.0.1\nallow_anonymous true\nlog_dest none\n`);
  const child = spawn(binary, ['-c', file], { stdio: 'ignore' });
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  await untilOpen(port);
  return {
    name: 'mosquitto',
    port,
    async stop() {
      child.kill();
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
