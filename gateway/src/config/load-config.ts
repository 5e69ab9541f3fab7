import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConfigProblem } from '../shared/loaded-config.ts';
import { plainText } from '../shared/plain-text.ts';
import { type ConfigWork, configWorkHere } from './config-work.ts';
import { type ConfigResult, type ConfigTexts, configFileName, configOf } from './parse-config.ts';
import { CONFIG_NAMES, type ConfigName, HOLIDAYS_FILE, PROFILES_FOLDER } from './schemas.ts';

/**
 * Reads and checks a config folder. Nothing is thrown for what a person can mend: a missing or unreadable file is a
 * problem like any other.
 */
export async function loadConfig(dir: string, work: ConfigWork = configWorkHere): Promise<ConfigResult> {
  return judgeTexts(await readConfigTexts(dir), work);
}

export interface ReadTexts {
  readonly texts: ConfigTexts;
  /** Files that exist and cannot be read. */
  readonly unreadable: readonly ConfigProblem[];
}

export async function judgeTexts({ texts, unreadable }: ReadTexts, work: ConfigWork): Promise<ConfigResult> {
  const result = configOf(await work.check(texts), texts);
  if (unreadable.length === 0) return result;
  const named = new Set(unreadable.map(({ file }) => file));
  // A file that cannot be read is not missing as well.
  const others = result.ok ? [] : result.problems.filter(({ file, line }) => line > 0 || !named.has(file));
  const { warnings, warningCount } = result;
  const problems = [...unreadable, ...others];
  const unlisted = result.ok ? 0 : result.problemCount - result.problems.length;
  return { ok: false, problems, problemCount: problems.length + unlisted, warnings, warningCount };
}

/** The texts as they are on disk, and what could not be read. */
export async function readConfigTexts(dir: string): Promise<ReadTexts> {
  const unreadable: ConfigProblem[] = [];
  const read = async (file: string): Promise<string | undefined> => {
    try {
      return plainText(await readFile(join(dir, file)));
    } catch (error) {
      const code = codeOf(error);
      if (code !== 'ENOENT') unreadable.push(cannotRead(file, code));
      return undefined;
    }
  };
  const files = new Map<ConfigName, string>();
  for (const name of CONFIG_NAMES) {
    const text = await read(configFileName(name));
    if (text !== undefined) files.set(name, text);
  }
  const profiles = new Map<string, string>();
  for (const name of await profileNames(dir)) {
    const text = await read(`${PROFILES_FOLDER}/${name}`);
    if (text !== undefined) profiles.set(name, text);
  }
  return { texts: { files, profiles, holidaysCsv: await read(HOLIDAYS_FILE) }, unreadable };
}

async function profileNames(dir: string): Promise<string[]> {
  try {
    const names = await readdir(join(dir, PROFILES_FOLDER));
    return names.filter((name) => name.endsWith('.yaml')).sort();
  } catch {
    // No folder: a campus of native devices needs none.
    return [];
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

function cannotRead(file: string, code: string): ConfigProblem {
  return {
    file,
    line: 0,
    column: 0,
    path: '',
    message: {
      zh: `无法读取 ${file}（${code}）：请检查文件权限`,
      en: `${file} cannot be read (${code}): check its permissions`,
    },
  };
}
