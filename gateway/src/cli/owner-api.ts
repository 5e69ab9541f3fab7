/** The gateway that holds a data folder, spoken to over HTTP with the token it left there for commands of this machine. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { problem } from '#contract/http/common.ts';
import { dataOwner } from '../store/data-lock.ts';
import { cannot, messageOf } from './command-refusal.ts';

export interface OwnerApi {
  readonly url: string;
  readonly mqttPort: number;
  /**
   * @param path below /api/v1
   * @throws CommandRefusal with the gateway's own sentence
   */
  ask<T extends z.ZodType>(method: string, path: string, answer: T, body?: unknown): Promise<z.output<T>>;
  /** All items of a list. */
  list<T extends z.ZodType>(path: string, item: T): Promise<z.output<T>[]>;
}

const ownerFile = z.object({ pid: z.number(), url: z.string(), mqttPort: z.number() });
/** A gateway that has just taken its folder answers a moment later; another command ends. */
const WAIT_MS = 5_000;
const POLL_MS = 100;

/**
 * @returns undefined when nobody holds the folder
 * @throws CommandRefusal when somebody does who answers no requests
 */
export async function findOwner(dataDir: string): Promise<OwnerApi | undefined> {
  for (let waited = 0; ; waited += POLL_MS) {
    const pid = dataOwner(dataDir);
    if (pid === undefined) return undefined;
    const said = ownerFile.safeParse(await readJson(join(dataDir, 'owner.json'))).data;
    if (said !== undefined && said.pid === pid) return ownerApi(dataDir, said);
    if (waited >= WAIT_MS) {
      throw cannot(
        `数据目录 ${dataDir} 正由进程 ${pid} 使用，它不接受请求（正在启动，或是另一条命令，或它启动时磁盘写不进）；请稍后再试。`,
        `The data folder ${dataDir} is in use by process ${pid}, which takes no requests (it is starting, is another command, or was started on a disk that takes nothing); try again later.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function ownerApi(dataDir: string, owner: z.output<typeof ownerFile>): Promise<OwnerApi> {
  const token = await readToken(join(dataDir, 'cli-token'));
  const ask: OwnerApi['ask'] = async (method, path, answer, body) => {
    const response = await send(`${owner.url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const said: unknown = response.status === 204 ? undefined : await response.json().catch(() => undefined);
    if (!response.ok) throw refused(response.status, said);
    return answer.parse(said);
  };
  return {
    url: owner.url,
    mqttPort: owner.mqttPort,
    ask,
    async list(path, item) {
      const page = z.object({ items: z.array(item), nextCursor: z.string().nullable() });
      const items: z.output<typeof item>[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const query: string = cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`;
        const found: z.output<typeof page> = await ask('GET', `${path}${query}`, page);
        items.push(...found.items);
        cursor = found.nextCursor;
      }
      return items;
    },
  };
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
    throw cannot(`系统没有应答（${url}）：${cause}`, `The gateway does not answer at ${url}: ${cause}`);
  }
}

function refused(status: number, said: unknown): Error {
  const told = problem.safeParse(said).data;
  if (told === undefined)
    return cannot(`网关拒绝了请求（${status}）。`, `The gateway refused the request (${status}).`);
  const errors = (told.errors ?? []).map(({ path, message }) => `\n  ${path}: ${message}`).join('');
  return cannot(`${told.detailZh}${errors}`, told.detail);
}

async function readToken(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    throw cannot(
      `读不到 ${path}：${messageOf(error)}。请用运行网关的同一用户执行。`,
      `${path} cannot be read: ${messageOf(error)}. Run this as the user that runs the gateway.`,
    );
  }
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}
