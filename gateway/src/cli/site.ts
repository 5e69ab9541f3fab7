/** Which campus a command is about: environment, config folder, data folder. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { type CampusInForce, campusFrom } from '../campus-in-force.ts';
import { loadConfig } from '../config/load-config.ts';
import { type Environment, readEnvironment } from '../shared/environment.ts';
import { plainText } from '../shared/plain-text.ts';
import { describe } from '../shared/start-refusal.ts';
import type { CommandIo } from './command.ts';
import { cannot, messageOf, usage } from './command-refusal.ts';

/** @throws CommandRefusal */
export function environmentOf(io: Pick<CommandIo, 'env'>): Environment {
  const read = readEnvironment(io.env);
  if (!read.ok) throw usage(read.zh, read.en);
  return read.environment;
}

/** @throws CommandRefusal with every problem, when the config is not whole */
export async function campusOf({ configDir }: Environment): Promise<CampusInForce> {
  const result = campusFrom(await loadConfig(configDir));
  if (result.ok) return result.campus;
  const lines = result.problems.map((problem) => `\n  ${describe(problem)}`).join('');
  throw usage(
    `配置有 ${result.problems.length} 处问题（目录 ${configDir}）：${lines}`,
    `The config in ${configDir} has ${result.problems.length} problem(s), listed above; mend them first.`,
  );
}

/** Folder of the campus in force: the demo has one of its own. Needs nothing of the config but that one word. */
export async function dataDirOf({ configDir, dataDir }: Environment): Promise<string> {
  return (await isDemo(configDir)) ? join(dataDir, 'demo') : dataDir;
}

export async function isDemo(configDir: string): Promise<boolean> {
  return parseDocument(await readConfigText(configDir, 'gateway.yaml')).get('demo') === true;
}

/** @throws CommandRefusal when there is no such file */
export async function readConfigText(configDir: string, file: string): Promise<string> {
  return readText(join(configDir, file), '用 HOUQIN_CONFIG 指定配置目录。', 'Set HOUQIN_CONFIG to the config folder.');
}

/** @throws CommandRefusal */
export async function readText(path: string, zh = '', en = ''): Promise<string> {
  try {
    return plainText(await readFile(path));
  } catch (error) {
    throw cannot(`读不到 ${path}：${messageOf(error)}。${zh}`, `${path} cannot be read: ${messageOf(error)}. ${en}`);
  }
}
