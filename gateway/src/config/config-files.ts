import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, open, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode } from '../shared/error-code.ts';
import type { ConfigProblem } from '../shared/loaded-config.ts';
import { plainText } from '../shared/plain-text.ts';
import { type ConfigWork, configWorkHere } from './config-work.ts';
import { readConfigTexts } from './load-config.ts';
import { type ConfigTexts, configFileName, withText } from './parse-config.ts';
import { type ConfigName, PROFILES_FOLDER } from './schemas.ts';

export interface ConfigFile {
  readonly text: string;
  /** Changes whenever the text does. */
  readonly etag: string;
  /** The file or its folder cannot be written; the page says so. */
  readonly readOnly: boolean;
}

export interface ConfigEdit {
  readonly text: string;
  /** ETag of the text that was edited. */
  readonly etag: string;
  readonly who: string;
  /** Epoch ms, for the name of the former version. */
  readonly at: number;
}

export type WriteResult =
  | { readonly ok: true; readonly etag: string; readonly warnings: readonly ConfigProblem[] }
  /** Somebody changed the file meanwhile. */
  | { readonly ok: false; readonly reason: 'changed'; readonly etag: string }
  | { readonly ok: false; readonly reason: 'read-only' }
  | {
      readonly ok: false;
      readonly reason: 'invalid';
      /** At most 100. */
      readonly problems: readonly ConfigProblem[];
      /** Of all. */
      readonly problemCount: number;
    };

export interface ConfigFiles {
  /**
   * A file that may be missing and is (tariffs.yaml) reads as empty.
   * @throws when it cannot be read: it could when the gateway started
   */
  read(name: ConfigName): Promise<ConfigFile>;
  /** Checks the text against the other files, keeps the former version, replaces the file atomically and durably. */
  write(name: ConfigName, edit: ConfigEdit): Promise<WriteResult>;
  /** The same for devices.yaml together with a new profile that it needs: both are written, or neither. */
  writeWithProfile(profile: NewProfile, edit: ConfigEdit): Promise<WriteResult>;
  /** All files as they are now. */
  texts(): Promise<ConfigTexts>;
}

export interface NewProfile {
  /** `acme-water.yaml` */
  readonly file: string;
  readonly text: string;
}

const MAX_VERSIONS = 200;
const READ_ONLY_CODES = ['EACCES', 'EPERM', 'EROFS', 'EBUSY'];

/** The config files as the dashboard edits them. Writes go one after the other, so of two edits of one text one wins. */
export function createConfigFiles(configDir: string, dataDir: string, work: ConfigWork = configWorkHere): ConfigFiles {
  let queue: Promise<unknown> = Promise.resolve();
  const pathOf = (name: ConfigName): string => join(configDir, configFileName(name));

  const write = async (name: ConfigName, edit: ConfigEdit, profile?: NewProfile): Promise<WriteResult> => {
    const { texts: present } = await readConfigTexts(configDir);
    const current = present.files.get(name) ?? '';
    if (etagOf(current) !== edit.etag) return { ok: false, reason: 'changed', etag: etagOf(current) };
    if (profile !== undefined && (present.profiles.get(profile.file) ?? profile.text) !== profile.text)
      return { ok: false, reason: 'invalid', problems: [fileExists(profile.file)], problemCount: 1 };
    const texts = profile === undefined ? present : withProfile(present, profile);
    const checked = await work.check(withText(name, edit.text, texts));
    if (!checked.ok) {
      const { problems, problemCount } = checked;
      return { ok: false, reason: 'invalid', problems, problemCount };
    }
    if (!(await isWritable(pathOf(name)))) return { ok: false, reason: 'read-only' };
    const profilePath = profile === undefined ? undefined : join(configDir, PROFILES_FOLDER, profile.file);
    try {
      if (current !== '') await keepVersion(join(dataDir, 'config-history', name), current, edit);
      // First: devices that name a profile which is not there yet would be refused as a whole.
      if (profile !== undefined && profilePath !== undefined) await addFile(profilePath, profile.text);
      await replaceFile(pathOf(name), edit.text);
    } catch (error) {
      if (profilePath !== undefined && !present.profiles.has(profile?.file ?? ''))
        await rm(profilePath, { force: true });
      // Where former versions are kept is another disk's matter, and no reason to call the config read-only.
      if (READ_ONLY_CODES.includes(errorCode(error)) && !isUnder(dataDir, error)) {
        return { ok: false, reason: 'read-only' };
      }
      throw error;
    }
    return { ok: true, etag: etagOf(edit.text), warnings: checked.warnings };
  };

  const inTurn = (work: () => Promise<WriteResult>): Promise<WriteResult> => {
    const result = queue.then(work);
    queue = result.catch(() => undefined);
    return result;
  };

  return {
    async read(name) {
      const path = pathOf(name);
      const text = (await existing(async () => plainText(await readFile(path)))) ?? '';
      return { text, etag: etagOf(text), readOnly: !(await isWritable(path)) };
    },
    write: (name, edit) => inTurn(() => write(name, edit)),
    writeWithProfile: (profile, edit) => inTurn(() => write('devices', edit, profile)),
    texts: async () => (await readConfigTexts(configDir)).texts,
  };
}

function withProfile(texts: ConfigTexts, { file, text }: NewProfile): ConfigTexts {
  return { ...texts, profiles: new Map(texts.profiles).set(file, text) };
}

async function addFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await replaceFile(path, text);
}

const fileExists = (file: string): ConfigProblem => ({
  ...{ file: `${PROFILES_FOLDER}/${file}`, line: 1, column: 1, path: 'id' },
  message: {
    zh: '已有这个编号的模板文件，请换一个编号',
    en: 'there already is a profile file of that id; choose another',
  },
});

export function etagOf(text: string): string {
  return `"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"`;
}

function isUnder(folder: string, error: unknown): boolean {
  const path = error instanceof Error && 'path' in error ? String(error.path) : '';
  return path.startsWith(join(folder, '/'));
}

async function isWritable(path: string): Promise<boolean> {
  try {
    const real = await existing(() => realpath(path));
    if (real === undefined) {
      await access(dirname(path), constants.W_OK);
      return true;
    }
    // The folder too: the file is replaced, not written over.
    await Promise.all([access(real, constants.W_OK), access(dirname(real), constants.W_OK)]);
    return true;
  } catch {
    return false;
  }
}

/** `config-history/devices/2026-09-01T08-00-00.000Z.wang.yaml`; the oldest go when there are too many. */
async function keepVersion(folder: string, text: string, { who, at }: ConfigEdit): Promise<void> {
  await mkdir(folder, { recursive: true });
  const stamp = new Date(at).toISOString().replaceAll(':', '-');
  const name = who.replaceAll(/[^\p{L}\p{N}_-]/gu, '_').slice(0, 40);
  await writeDurably(join(folder, `${stamp}.${name}.yaml`), text, 0o600);
  const versions = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).sort();
  for (const old of versions.slice(0, -MAX_VERSIONS)) await rm(join(folder, old), { force: true });
}

async function existing<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Readers see the old text or the new one, never half of it; also after a power cut. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const real = (await existing(() => realpath(path))) ?? path;
  const { mode } = (await existing(() => stat(real))) ?? { mode: 0o644 };
  const temporary = `${real}.${process.pid}.tmp`;
  try {
    await writeDurably(temporary, text, mode);
    await rename(temporary, real);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(real));
}

async function writeDurably(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, 'w', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  // Windows cannot open a folder; its rename is durable by itself.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
