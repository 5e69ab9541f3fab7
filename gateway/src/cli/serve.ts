/** `houqin serve`: the gateway in the foreground, until it is told to stop. */
import { renderUnicodeCompact } from 'uqr';
import { type Environment, readEnvironment } from '../shared/environment.ts';
import { lanAddresses } from '../shared/lan-addresses.ts';
import { createLog } from '../shared/log.ts';
import type { Command } from './command.ts';
import { parseOptions } from './parse-options.ts';

const HELP = `usage: houqin serve

运行网关，直到 Ctrl-C；npm start 会先构建页面再运行它。
Runs the gateway until Ctrl-C; npm start builds the pages first and then runs it.

Environment:
  HOUQIN_CONFIG  config folder (./config)         HOUQIN_DATA  data folder (./data)
  HOUQIN_HTTP    127.0.0.1:8080                   HOUQIN_MQTT  127.0.0.1:1883
  HOUQIN_ADMIN   name:password of the first administrator, only while there is no user (or HOUQIN_ADMIN_FILE)
  HOUQIN_DEVICE_AUTH  required|anonymous          HOUQIN_LOG   info, warn, error
Exit: 0 stopped; 2 config or environment; 3 cannot start (port taken, folder in use, disk).

examples:
  houqin serve
  HOUQIN_HTTP=0.0.0.0:8080 houqin serve`;

export const serveCommand: Command = {
  help: HELP,
  run(argv) {
    parseOptions(argv, {}, { min: 0, max: 0 });
    return serve();
  },
};

const LAST_RESORT_MS = 9_500;
const EXIT_STUCK = 4;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** @returns the exit code, after everything is closed */
async function serve(): Promise<number> {
  // A terminal that went away must not keep the process alive with retries.
  process.stdout.on('error', () => {});
  const read = readEnvironment(process.env);
  if (!read.ok) return refuse(read, 2);
  const { environment } = read;
  const stopped = stopSignal();
  const { startGateway } = await import('../gateway.ts');
  const started = await startGateway({ environment, log: createLog(environment.logLevel), say });
  if (!started.ok) return refuse(started, started.exitCode);
  const { gateway } = started;
  welcome(gateway.url, gateway.httpPort, gateway.setupLink(), environment);
  say(`正在停止（${await stopped}）…… / Stopping …`);
  // A promise of 10 s to whoever stops it: a part that does not close must not keep the process; the journal holds the rest.
  setTimeout(() => process.exit(EXIT_STUCK), LAST_RESORT_MS).unref();
  await gateway.stop();
  say('已停止 / Stopped');
  return 0;
}

function refuse({ zh, en }: { readonly zh: string; readonly en: string }, exitCode: number): number {
  process.stderr.write(`${zh}\n${en}\n`);
  return exitCode;
}

/** Ctrl-C arrives several times (terminal, npm, bootstrap): the first counts. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal));
  });
}

function welcome(url: string, port: number, setupLink: string | undefined, environment: Environment): void {
  say('');
  say(`  后勤已启动 / Houqin is running   ${url}`);
  if (setupLink !== undefined) {
    say(`  还没有管理员，请打开（30 分钟内有效）/ No administrator yet, open within 30 minutes:`);
    say(`  ${setupLink}`);
  }
  if (environment.http.host === '0.0.0.0' || environment.http.host === '::') {
    const wall = lanAddresses().map((address) => `http://${address}:${port}/wall`);
    for (const link of wall) say(`  值班大屏 / Wall   ${link}`);
    if (wall[0] !== undefined) say(renderUnicodeCompact(wall[0]));
  }
  say('');
}
