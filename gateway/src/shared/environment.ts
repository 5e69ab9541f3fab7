/** Environment variables, checked once at the start. Secrets may come as `NAME_FILE`. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export interface Environment {
  readonly configDir: string;
  readonly dataDir: string;
  readonly http: ListenAddress;
  readonly mqtt: ListenAddress;
  readonly deviceAuth: 'required' | 'anonymous' | undefined;
  readonly admin: { readonly name: string; readonly password: string } | undefined;
  readonly logLevel: string;
}

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export type EnvironmentResult =
  | { readonly ok: true; readonly environment: Environment }
  | { readonly ok: false; readonly zh: string; readonly en: string };

type Source = Readonly<Record<string, string | undefined>>;

export function readEnvironment(source: Source): EnvironmentResult {
  const http = parseAddress(source['HOUQIN_HTTP'] ?? '127.0.0.1:8080');
  if (!http) return wrong('HOUQIN_HTTP', '127.0.0.1:8080');
  const mqtt = parseAddress(source['HOUQIN_MQTT'] ?? '127.0.0.1:1883');
  if (!mqtt) return wrong('HOUQIN_MQTT', '127.0.0.1:1883');
  const deviceAuth = source['HOUQIN_DEVICE_AUTH'];
  if (deviceAuth !== undefined && deviceAuth !== 'required' && deviceAuth !== 'anonymous') {
    return wrong('HOUQIN_DEVICE_AUTH', 'required');
  }
  const secretFile = unreadable(source, 'HOUQIN_ADMIN');
  if (secretFile) return secretFile;
  const admin = secret(source, 'HOUQIN_ADMIN');
  const cut = admin?.indexOf(':') ?? -1;
  if (admin !== undefined && (cut < 1 || cut === admin.length - 1)) return wrong('HOUQIN_ADMIN', 'name:password');
  return {
    ok: true,
    environment: {
      configDir: resolve(source['HOUQIN_CONFIG'] ?? 'config'),
      dataDir: resolve(source['HOUQIN_DATA'] ?? 'data'),
      http,
      mqtt,
      deviceAuth,
      admin: admin === undefined ? undefined : { name: admin.slice(0, cut), password: admin.slice(cut + 1) },
      logLevel: source['HOUQIN_LOG'] ?? 'info',
    },
  };
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function parseAddress(value: string): ListenAddress | undefined {
  const match = /^\[?([A-Za-z0-9.:-]+?)\]?:(\d{1,5})$/.exec(value);
  const port = Number(match?.[2]);
  return match?.[1] !== undefined && port <= 65_535 ? { host: match[1], port } : undefined;
}

function secret(source: Source, name: string): string | undefined {
  const file = source[`${name}_FILE`];
  return file === undefined ? source[name] : readFileSync(file, 'utf8').trim();
}

function unreadable(source: Source, name: string): EnvironmentResult | undefined {
  const file = source[`${name}_FILE`];
  try {
    if (file !== undefined) accessSync(file, constants.R_OK);
    return undefined;
  } catch {
    return {
      ok: false,
      zh: `读不到 ${name}_FILE 所指的文件 ${file}，请检查路径和权限。`,
      en: `The file ${file} named by ${name}_FILE cannot be read; check its path and permissions.`,
    };
  }
}

function wrong(name: string, example: string): EnvironmentResult {
  return {
    ok: false,
    zh: `环境变量 ${name} 的值不对，请写成 ${example} 这样的形式。`,
    en: `Environment variable ${name} is not valid; write it like ${example}.`,
  };
}
