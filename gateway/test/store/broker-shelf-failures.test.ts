import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import type { BrokerShelf } from '../../src/shared/broker-shelf.ts';
import { type BrokerShelfOptions, openBrokerShelf } from '../../src/store/open-broker-shelf.ts';
import { fillShelf, queued, retained, type Sorted, session, sorted } from './shelf-samples.ts';

interface Line {
  readonly level: 'info' | 'warn';
  readonly fields: object;
  readonly message: string;
}

describe('when it goes wrong, the shelf of the broker', () => {
  let dir: string;
  let lines: Line[];
  const opened: BrokerShelf[] = [];
  const log = {
    info: (fields: object, message: string) => void lines.push({ level: 'info', fields, message }),
    warn: (fields: object, message: string) => void lines.push({ level: 'warn', fields, message }),
  };
  const open = async (options: Partial<BrokerShelfOptions> = {}): Promise<BrokerShelf> => {
    const shelf = await openBrokerShelf({ dir, log, lingerMs: 0, ...options });
    opened.push(shelf);
    return shelf;
  };
  const file = (): string => join(dir, 'broker.db');
  const aside = (): string[] => readdirSync(dir).filter((name) => name.includes('damaged'));
  const warnings = (): string => lines.flatMap(({ level, message }) => (level === 'warn' ? [message] : [])).join('\n');
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'houqin-shelf-'));
    lines = [];
  });
  afterEach(async () => {
    for (const shelf of opened.splice(0)) await shelf.close();
    rmSync(dir, { recursive: true, force: true });
  });

  /** @returns the bytes of a closed shelf with some of everything, and what it holds */
  async function filled(): Promise<{ readonly whole: Buffer; readonly held: Sorted }> {
    const shelf = await open();
    await fillShelf(shelf);
    const held = sorted(await shelf.load());
    await shelf.close();
    return { whole: readFileSync(file()), held };
  }

  /** Whatever was done to the file: nothing that is loaded differs from what was stored, and losses are told. */
  async function expectNothingInvented(held: Sorted): Promise<void> {
    lines = [];
    let shelf = await open();
    const { damaged, ...contents } = await shelf.load();
    const found = sorted(contents);
    for (const [topic, entry] of Object.entries(found.retained)) expect(entry).toEqual(held.retained[topic]);
    for (const [key, entry] of Object.entries(found.sessions)) expect(entry).toEqual(held.sessions[key]);
    for (const [key, queue] of Object.entries(found.queued)) {
      expect(queue).toEqual(held.queued[key]?.filter(({ number }) => queue.some((entry) => entry.number === number)));
    }
    if (count(found) < count(held))
      expect([damaged > 0, warnings()]).toEqual([true, expect.stringContaining('broker.db')]);
    await shelf.putRetained(retained('after'));
    await shelf.removeRetained('r/3');
    await shelf.close();
    shelf = await open();
    const { 'r/3': _, ...rest } = found.retained;
    const { damaged: again, ...after } = await shelf.load();
    expect(again).toBe(0);
    expect(sorted(after)).toEqual({ ...found, retained: { ...rest, after: retained('after') } });
    await shelf.close();
  }

  it('leaves out what flipped bits have changed, and goes on', { timeout: 120_000 }, async () => {
    const { whole, held } = await filled();
    expect(count(held)).toBe(40 + 4 + 4 * 10);
    const flips = fc.array(fc.nat({ max: whole.length * 8 - 1 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(flips, async (bits) => {
        const damaged = Buffer.from(whole);
        for (const bit of bits) damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        emptyFolder(dir);
        writeFileSync(file(), damaged);
        await expectNothingInvented(held);
      }),
      { numRuns: Number(process.env['HOUQIN_SHELF_RUNS'] ?? 15) },
    );
  });

  it('takes over what stands around a zeroed page', { timeout: 120_000 }, async () => {
    const { whole, held } = await filled();
    for (let page = 0; page * 4_096 < whole.length; page += 4) {
      emptyFolder(dir);
      writeFileSync(file(), Buffer.from(whole).fill(0, page * 4_096, (page + 1) * 4_096));
      await expectNothingInvented(held);
    }
  });

  it('says how many entries of what were damaged, and has removed them', async () => {
    await filled();
    const db = new DatabaseSync(file());
    db.exec("UPDATE kept SET body = x'00' WHERE kind = 3 AND number = 5");
    db.exec("UPDATE kept SET name = x'61' WHERE kind = 1 AND name IN (CAST('r/1' AS BLOB), CAST('r/2' AS BLOB))");
    db.close();
    lines = [];
    const first = await open();
    expect((await first.load()).damaged).toBe(6);
    await first.close();
    expect(lines).toMatchObject([
      { level: 'warn', fields: { retained: 2, sessions: 0, queued: 4 }, message: expect.stringContaining('6 damaged') },
    ]);
    const second = await open();
    const { damaged, retained: kept } = await second.load();
    expect([damaged, kept.length, lines.length]).toEqual([0, 38, 1]);
  });

  it.each([
    ['garbage', () => Buffer.from('not a database, but long enough for a header of one. '.repeat(300))],
    ['nothing', () => Buffer.alloc(0)],
    ['half a header', () => Buffer.from('SQLite format 3')],
    ['zeros', () => Buffer.alloc(40_960)],
  ])('begins anew beside a file with %s, and says so', async (_, content) => {
    await filled();
    writeFileSync(file(), content());
    lines = [];
    const shelf = await open();
    expect(await shelf.load()).toMatchObject({ retained: [], sessions: [], queued: [], damaged: 1 });
    expect(aside()).toEqual([expect.stringMatching(/^broker\.db\.damaged-\d{8}T\d{6}Z$/)]);
    expect(readFileSync(join(dir, aside()[0] ?? ''))).toEqual(content());
    expect(warnings()).toContain('devices send theirs again');
    await shelf.putRetained(retained('t'));
    await shelf.close();
    expect((await (await open()).load()).retained.map(({ topic }) => topic)).toEqual(['t']);
  });

  it('begins anew beside a file of a later version, and does not collect files without end', async () => {
    for (let i = 0; i < 5; i += 1) {
      await (await open()).close();
      const db = new DatabaseSync(file());
      db.exec('PRAGMA user_version = 99');
      db.close();
    }
    const shelf = await open();
    expect(warnings()).toContain('broker.db could not be used');
    expect(aside()).toHaveLength(3);
    await shelf.putRetained(retained('t'));
  });

  it('mends a file that is damaged while it is open', async () => {
    const shelf = await open();
    await fillShelf(shelf);
    const before = sorted(await shelf.load());
    // The pages are in the log of the last commits; the file is what they are moved to.
    writeFileSync(file(), Buffer.alloc(statSync(file()).size, 1));
    const outcomes: string[] = [];
    for (let i = 0; i < 40; i += 1) {
      const put = shelf.putRetained(retained(`late/${i}`, 'x'.repeat(60_000)));
      outcomes.push(await put.then(() => 'kept').catch(() => 'refused'));
    }
    expect(outcomes.at(-1)).toBe('kept');
    await shelf.close();
    const { retained: found } = sorted(await (await open()).load());
    for (const [topic, entry] of Object.entries(found)) {
      if (!topic.startsWith('late/')) expect(entry).toEqual(before.retained[topic]);
    }
    expect(found['late/39']?.payload.length).toBe(60_000);
  });

  it('refuses exactly the changes of a commit that does not fit, and goes on once there is room', async () => {
    const shelf = await open({ maxPages: 60 });
    const kept: string[] = [];
    for (let i = 0; kept.length === i; i += 1) {
      const put = shelf.putRetained(retained(`t/${i}`, 'x'.repeat(10_000)));
      await put.then(() => kept.push(`t/${i}`)).catch((error) => expect(error).toMatchObject({ code: 'full' }));
    }
    expect(kept.length).toBeGreaterThan(10);
    const together = await Promise.allSettled([
      shelf.putSession(session('s')),
      shelf.enqueue(queued('s', 1)),
      shelf.dequeue('s', [1]),
      shelf.putRetained(retained('big', Buffer.alloc(100_000))),
    ]);
    expect(together.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled', 'rejected']);
    expect(sorted(await shelf.load())).toMatchObject({ sessions: {}, queued: {} });
    expect((await shelf.load()).retained.map(({ topic }) => topic)).toEqual(kept);
    await shelf.removeRetained('t/0');
    await shelf.putRetained(retained('t/again', 'y'.repeat(9_000)));
    await shelf.close();
    const roomy = await open();
    await roomy.putRetained(retained('big', Buffer.alloc(100_000)));
    expect((await roomy.load()).retained.map(({ topic }) => topic).sort()).toEqual(
      [...kept.slice(1), 't/again', 'big'].sort(),
    );
  });

  it('opens a file on a full disk, and begins one once there is room', async (context) => {
    await onSmallDisk(context, dir, async (disk) => {
      const ballast = join(disk, 'ballast');
      const fillUp = (): void => void execFileSync('sh', ['-c', `cat /dev/zero > ${ballast} 2>/dev/null || true`]);
      fillUp();
      const fresh = await open({ dir: join(disk, 'fresh') });
      expect(await fresh.load()).toMatchObject({ retained: [] });
      expect(warnings()).toContain('until there is room');
      await expect(fresh.putRetained(retained('t'))).rejects.toMatchObject({ name: 'StoreError' });
      rmSync(ballast);
      await fresh.putRetained(retained('t'));
      expect(lines.at(-1)).toMatchObject({ level: 'info', message: 'broker.db is written again' });
      await fresh.close();
      fillUp();
      const again = await open({ dir: join(disk, 'fresh') });
      expect((await again.load()).retained).toEqual([retained('t')]);
      await expect(again.putRetained(retained('u', 'x'.repeat(50_000)))).rejects.toMatchObject({ code: 'full' });
      rmSync(ballast);
      await again.putRetained(retained('u', 'x'.repeat(50_000)));
      expect((await again.load()).retained.map(({ topic }) => topic)).toEqual(['t', 'u']);
      await again.close();
      expect(readdirSync(join(disk, 'fresh'))).toEqual(['broker.db', 'broker.witness.json']);
    });
  });

  it('reads on a disk that became read-only, and writes once it may', async (context) => {
    await onSmallDisk(context, dir, async (disk) => {
      const folder = join(disk, 'data');
      const before = await open({ dir: folder });
      await before.putRetained(retained('t'));
      await before.close();
      execFileSync('mount', ['-o', 'remount,ro', disk]);
      const shelf = await open({ dir: folder });
      expect((await shelf.load()).retained).toEqual([retained('t')]);
      await expect(shelf.putRetained(retained('u'))).rejects.toMatchObject({ code: 'read-only' });
      expect(warnings()).toContain('can only be read');
      execFileSync('mount', ['-o', 'remount,rw', disk]);
      await Promise.all([shelf.putRetained(retained('u')), shelf.removeRetained('t')]);
      expect((await shelf.load()).retained).toEqual([retained('u')]);
      await shelf.close();
    });
  });

  it('does not bring back what the broker has begun without', async () => {
    await filled();
    const content = readFileSync(file());
    rmSync(file());
    mkdirSync(file());
    const shelf = await open();
    expect(await shelf.load()).toMatchObject({ retained: [], damaged: 1 });
    rmSync(file(), { recursive: true });
    writeFileSync(file(), content);
    await shelf.putRetained(retained('t'));
    expect((await shelf.load()).retained.map(({ topic }) => topic)).toEqual(['t']);
    expect(readFileSync(join(dir, aside()[0] ?? ''))).toEqual(content);
  });

  it('starts where there is no folder and none can be made', async () => {
    writeFileSync(join(dir, 'file'), '');
    const shelf = await open({ dir: join(dir, 'file', 'data') });
    expect(await shelf.load()).toMatchObject({ retained: [], damaged: 0 });
    await expect(shelf.putRetained(retained('t'))).rejects.toMatchObject({ name: 'StoreError' });
    expect(warnings()).toContain('broker.db can not be created');
  });
});

const count = ({ retained, sessions, queued }: Sorted): number =>
  Object.keys(retained).length + Object.keys(sessions).length + Object.values(queued).flat().length;

function emptyFolder(dir: string): void {
  for (const name of readdirSync(dir)) rmSync(join(dir, name), { recursive: true });
}

async function onSmallDisk(context: TestContext, dir: string, work: (disk: string) => Promise<void>): Promise<void> {
  const disk = join(dir, 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    context.skip('needs the right to mount a small tmpfs');
  }
  try {
    await work(disk);
  } finally {
    execFileSync('umount', ['-l', disk]);
  }
}
