/**
 * The product as a school runs it: its own process, real MQTT, a real data folder. For tests that kill it, cut it off
 * or look at it with a browser.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { connect, type MqttClient } from 'mqtt';
import { nativeTopic } from '#contract/topics.ts';

const root = resolve(import.meta.dirname, '../..');
const START_MS = 60_000;

export interface TestGatewayOptions {
  /** Folder whose files are the config; a copy is used. Default: gateway/test/campus-config. */
  readonly config?: string;
  /** Files written over the copy, by name. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** As a newcomer starts it: devices log in, and there is no administrator yet. */
  readonly newcomer?: boolean;
  /** Default: a fresh folder. */
  readonly dataDir?: string;
}

export interface TestGateway {
  readonly url: string;
  readonly mqttUrl: string;
  readonly configDir: string;
  readonly dataDir: string;
  /** Bearer token of the administrator `admin`. */
  readonly adminToken: string;
  readonly pid: number;
  /** Everything the process has printed. */
  output(): string;
  /** GET (or what `init` says) of an API path such as `/devices`, as the administrator. */
  api<T>(path: string, init?: RequestInit): Promise<T>;
  /** A reading on the native topic, QoS 1; resolves when acknowledged. */
  publish(device: string, leaf: 'readings' | 'heartbeat' | 'status', payload: unknown): Promise<void>;
  /** SIGKILL, nothing is drained. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  terminate(): Promise<number | null>;
  /** Starts again on the same ports and folders. `answering`: on a disk that takes nothing it is never ready. */
  start(until?: 'ready' | 'answering'): Promise<void>;
  /** Ends the process and removes its folders. */
  stop(): Promise<void>;
}

export const ADMIN = { name: 'admin', password: 'correct horse battery' };
export const SITE = 'main';
const FOR_TESTS = { HOUQIN_DEVICE_AUTH: 'anonymous', HOUQIN_ADMIN: `${ADMIN.name}:${ADMIN.password}` };

export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const base = await mkdtemp(join(tmpdir(), 'houqin-gateway-'));
  const configDir = join(base, 'config');
  const dataDir = options.dataDir ?? join(base, 'data');
  await cp(options.config ?? join(import.meta.dirname, 'campus-config'), configDir, { recursive: true });
  for (const [name, text] of Object.entries(options.files ?? {})) await writeFile(join(configDir, name), text);

  const state = { url: '', mqttUrl: '', adminToken: '', output: '', child: undefined as ChildProcess | undefined };
  let mqtt: MqttClient | undefined;

  const start = async (until: 'ready' | 'answering' = 'ready'): Promise<void> => {
    const fixed =
      state.url === '' ? {} : { HOUQIN_HTTP: new URL(state.url).host, HOUQIN_MQTT: new URL(state.mqttUrl).host };
    const usual = options.newcomer === true ? {} : FOR_TESTS;
    state.child = launch({ configDir, dataDir }, { ...usual, ...fixed, ...options.env }, (text) => {
      state.output += text;
    });
    if (until === 'answering') return answering(state.child, state.url, () => state.output);
    const owner = await ready(state.child, [dataDir, join(dataDir, 'demo')], () => state.output);
    state.url = owner.url;
    state.mqttUrl = `mqtt://127.0.0.1:${owner.mqttPort}`;
    if (state.adminToken === '' && options.newcomer !== true) state.adminToken = await signIn(owner.url);
  };
  const end = async (signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> => {
    const child = state.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const exited = new Promise<number | null>((done) => child.once('exit', done));
    child.kill(signal);
    return exited;
  };

  await start();
  return {
    get url() {
      return state.url;
    },
    get mqttUrl() {
      return state.mqttUrl;
    },
    get adminToken() {
      return state.adminToken;
    },
    get pid() {
      return state.child?.pid ?? 0;
    },
    configDir,
    dataDir,
    output: () => state.output,
    async api<T>(path: string, init: RequestInit = {}): Promise<T> {
      const headers = {
        authorization: `Bearer ${state.adminToken}`,
        'content-type': 'application/json',
        ...init.headers,
      };
      const response = await fetch(`${state.url}/api/v1${path}`, { ...init, headers });
      const text = await response.text();
      if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${path}: ${response.status} ${text}`);
      return (text === '' ? undefined : JSON.parse(text)) as T;
    },
    async publish(device, leaf, payload) {
      mqtt ??= connect(state.mqttUrl, { clientId: 'test-publisher', reconnectPeriod: 200, keepalive: 60 });
      const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
      await mqtt.publishAsync(nativeTopic(SITE, device, leaf), text, { qos: 1 });
    },
    kill: async () => {
      await end('SIGKILL');
    },
    terminate: () => end('SIGTERM'),
    start,
    async stop() {
      await mqtt?.endAsync(true);
      const code = await end('SIGTERM');
      await rm(base, { recursive: true, force: true });
      if (code !== null && code !== 0) throw new Error(`the gateway ended with ${code}:\n${state.output}`);
    },
  };
}

interface Owner {
  readonly pid: number;
  readonly url: string;
  readonly mqttPort: number;
}

function launch(
  dirs: { readonly configDir: string; readonly dataDir: string },
  env: Readonly<Record<string, string>>,
  onText: (text: string) => void,
): ChildProcess {
  const child = spawn(process.execPath, [join(root, 'gateway/src/main.ts'), 'serve'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      HOUQIN_CONFIG: dirs.configDir,
      HOUQIN_DATA: dirs.dataDir,
      HOUQIN_HTTP: '127.0.0.1:0',
      HOUQIN_MQTT: '127.0.0.1:0',
      NO_COLOR: '1',
      ...env,
    },
  });
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', onText);
  return child;
}

/** Waits until this very process owns the folder and answers /readyz with 200. */
async function ready(child: ChildProcess, dataDirs: readonly string[], output: () => string): Promise<Owner> {
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the gateway ended while starting:\n${output()}`);
    const owner = await ownerOf(dataDirs);
    if (owner !== undefined && owner.pid === child.pid) {
      const answer = await fetch(`${owner.url}/readyz`).catch(() => undefined);
      if (answer?.ok) return owner;
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`the gateway was not ready in ${START_MS} ms:\n${output()}`);
}

/** Waits until this process answers at an address it had before. */
async function answering(child: ChildProcess, url: string, output: () => string): Promise<void> {
  const deadline = performance.now() + START_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`the gateway ended while starting:\n${output()}`);
    if ((await fetch(`${url}/healthz`).catch(() => undefined))?.ok) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`the gateway did not answer in ${START_MS} ms:\n${output()}`);
}

async function ownerOf(dataDirs: readonly string[]): Promise<Owner | undefined> {
  for (const dir of dataDirs) {
    const text = await readFile(join(dir, 'owner.json'), 'utf8').catch(() => '');
    if (text !== '') return JSON.parse(text) as Owner;
  }
  return undefined;
}

async function signIn(url: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ADMIN),
  });
  const body = (await response.json()) as { token?: string };
  if (body.token === undefined) throw new Error(`sign-in failed: ${response.status} ${JSON.stringify(body)}`);
  return body.token;
}
