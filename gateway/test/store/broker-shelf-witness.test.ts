/** A broker.db that is whole to itself and yet older than it was: SQLite takes a frame that is bad for the end of its log. */
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type OpenShelf, openBrokerShelf } from '../../src/store/open-broker-shelf.ts';
import { queued, retained, session } from './shelf-samples.ts';

const WITNESS = 'broker.witness.json';

describe('beside broker.db, a witness', () => {
  let base: string;
  let warnings: string[];
  let damages: string[];
  const opened: OpenShelf[] = [];
  const open = async (name: string): Promise<OpenShelf> => {
    warnings = [];
    damages = [];
    const log = { info: () => undefined, warn: (_: object, message: string) => void warnings.push(message) };
    const watch = {
      commit: <T>(commit: () => Promise<T>): Promise<T> => commit(),
      failed: () => undefined,
      damaged: (what: string) => void damages.push(what),
    };
    const shelf = await openBrokerShelf({ dir: join(base, name), log, watch, lingerMs: 0 });
    opened.push(shelf);
    return shelf;
  };
  const within = (name: string, file: string): string => join(base, name, file);
  /** What a power cut or a kill leaves of folder `name`, as folder `copy`. */
  const killed = (name: string, copy: string): void => cpSync(join(base, name), join(base, copy), { recursive: true });
  const fill = async (shelf: OpenShelf, from: number, to: number): Promise<void> => {
    for (let i = from; i < to; i += 1) await shelf.enqueue(queued('s', i));
  };
  const queue = async (shelf: OpenShelf): Promise<number> => (await shelf.load()).queued.length;
  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), 'houqin-witness-'));
  });
  afterEach(async () => {
    for (const shelf of opened.splice(0)) await shelf.close();
    rmSync(base, { recursive: true, force: true });
  });

  it('tells what one flipped bit in the log has cost, wherever it is, once', { timeout: 60_000 }, async () => {
    const shelf = await open('a');
    await shelf.putSession(session('s'));
    await fill(shelf, 0, 30);
    const whole = readFileSync(within('a', 'broker.db-wal'));
    let silent = 0;
    for (let part = 1; part < 12; part += 1) {
      killed('a', `flip${part}`);
      const bytes = Buffer.from(whole);
      const at = Math.floor((whole.length * part) / 12);
      bytes[at] = (bytes[at] ?? 0) ^ 4;
      writeFileSync(within(`flip${part}`, 'broker.db-wal'), bytes);
      const left = await open(`flip${part}`);
      const { queued: found, damaged } = await left.load();
      if (found.length === 30) silent += 1;
      else {
        expect({ part, damaged }).toEqual({ part, damaged: 1 });
        expect(warnings).toEqual([expect.stringMatching(/^broker\.db is older than it was: \d+ of its \d+ commits/)]);
        expect(damages).toEqual([expect.stringMatching(/^is older than it was/)]);
      }
      await left.close();
      await (await open(`flip${part}`)).load();
      expect([part, warnings, damages]).toEqual([part, [], []]);
    }
    expect(silent).toBe(0);
  });

  it('says nothing of a file that was closed, killed, or is a commit ahead of it', async () => {
    const shelf = await open('a');
    await fill(shelf, 0, 5);
    killed('a', 'before');
    await fill(shelf, 5, 10);
    killed('a', 'killed');
    killed('a', 'ahead');
    copyFileSync(within('before', WITNESS), within('ahead', WITNESS));
    await shelf.close();
    for (const name of ['a', 'killed', 'ahead']) {
      const again = await open(name);
      expect([name, await queue(again), warnings, damages]).toEqual([name, 10, [], []]);
      await again.close();
    }
  });

  it('tells of a log or a file that is gone, of an older file, and of another one', async () => {
    const shelf = await open('a');
    await fill(shelf, 0, 5);
    killed('a', 'no log');
    rmSync(within('no log', 'broker.db-wal'));
    await shelf.close();
    killed('a', 'gone');
    rmSync(within('gone', 'broker.db'));
    killed('a', 'older');
    const more = await open('a');
    await fill(more, 5, 8);
    await more.close();
    copyFileSync(within('a', WITNESS), within('older', WITNESS));
    await (await open('other')).close();
    killed('a', 'another');
    copyFileSync(within('other', 'broker.db'), within('another', 'broker.db'));
    for (const [name, words] of [
      ['no log', 'is older than it was'],
      ['gone', 'is gone'],
      ['older', 'is older than it was: 3 of its 8 commits are missing'],
      ['another', 'is another file'],
    ] as const) {
      const { damaged } = await (await open(name)).load();
      expect([name, damaged, warnings.length, damages]).toEqual([name, 1, 1, [expect.stringContaining(words)]]);
    }
  });

  it('is not believed when it is damaged itself, and is written anew', async () => {
    const shelf = await open('a');
    await fill(shelf, 0, 5);
    await shelf.close();
    for (const text of ['', '{', '[]', 'null', readFileSync(within('a', WITNESS), 'utf8').replace(/\d/, '7')]) {
      writeFileSync(within('a', WITNESS), text);
      const again = await open('a');
      expect([text, await queue(again), damages]).toEqual([text, 5, []]);
      expect(warnings).toEqual([expect.stringContaining(WITNESS)]);
      await again.close();
      const clean = await open('a');
      expect(warnings).toEqual([]);
      await clean.close();
    }
  });

  it('follows a file that is begun anew beside a damaged one, told once', async () => {
    const shelf = await open('a');
    await fill(shelf, 0, 5);
    await shelf.close();
    writeFileSync(within('a', 'broker.db'), Buffer.alloc(20_000, 7));
    await (await open('a')).close();
    expect(damages).toEqual([expect.stringContaining('set aside')]);
    await (await open('a')).close();
    expect(damages).toEqual([]);
  });

  it('is given to a file of the version before, whose entries stay', async () => {
    const shelf = await open('a');
    await shelf.putRetained(retained('t'));
    await shelf.close();
    const db = new DatabaseSync(within('a', 'broker.db'));
    db.exec('DROP TABLE head; PRAGMA user_version = 1');
    db.close();
    rmSync(within('a', WITNESS));
    const again = await open('a');
    expect((await again.load()).retained).toEqual([retained('t')]);
    await again.putRetained(retained('u'));
    await again.close();
    expect(warnings).toEqual([]);
    expect(readFileSync(within('a', WITNESS), 'utf8')).toContain('"commits":1');
  });
});
