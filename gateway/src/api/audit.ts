/**
 * Who did what: append-only rows, each sealed with an HMAC over itself and the row before. Key and newest seal lie beside
 * the database (`audit-key`, `audit-head`), so that an edit, a removal or a cut-off end shows in `verify`.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { AuditEntry, AuditVerdict } from '#contract/http/session.ts';
import { auditEntry } from '#contract/http/session.ts';
import { errorCode, noSpaceLeft, notWritable } from '../shared/error-code.ts';
import type { RecordsDb } from '../store/records-db.ts';
import { readPrivateFile, writePrivateFile } from './private-file.ts';

/** Rows checked before other work gets its turn. */
const PAGE = 100;
const MAX_TEXT = 500;
const MAX_WAITING = 1_000;
const GENESIS = '0'.repeat(64);
const COLUMNS = 'id, at, who, what, object, result, detail';

const sealedRow = auditEntry.extend({ prev_hash: z.string(), hash: z.string() });
const headFile = z.object({ id: z.number().int(), hash: z.string() });

export type NewAuditEntry = Omit<AuditEntry, 'id'>;

export interface Audit {
  /**
   * Appends in call order. Rejects when the disk does not take it: then it waits in memory, up to 1,000 entries, and is
   * written before the next one, or with `flush`.
   */
  append(entry: NewAuditEntry): Promise<void>;
  /** Writes what waits. */
  flush(): Promise<void>;
  /** Waiting for the disk, and given up because too many did. */
  stats(): { readonly waiting: number; readonly dropped: number };
  /** Newest first, with ids below `before`. */
  list(before: number | undefined, limit: number): Promise<readonly AuditEntry[]>;
  verify(): Promise<AuditVerdict>;
}

export function createAudit(records: RecordsDb, dataDir: string): Audit {
  const keyPath = join(dataDir, 'audit-key');
  const headPath = join(dataDir, 'audit-head');
  let key: Promise<Buffer> | undefined;
  let last: { readonly id: number; readonly hash: string } | undefined;
  let queue: Promise<void> = Promise.resolve();

  const waiting: NewAuditEntry[] = [];
  let dropped = 0;

  const loadKey = (): Promise<Buffer> => {
    key ??= readOrMakeKey(keyPath).catch((error: unknown) => {
      key = undefined;
      throw error;
    });
    return key;
  };

  let verifying: Promise<AuditVerdict> | undefined;
  const verifyNow = async (): Promise<AuditVerdict> =>
    verifyChain(records, await loadKey(), await readPrivateFile(headPath));

  const appendNow = async (entry: NewAuditEntry): Promise<void> => {
    const secret = await loadKey();
    last ??= await newest(records);
    const row: AuditEntry = { ...trimmed(entry), id: last.id + 1 };
    const hash = seal(secret, row, last.hash);
    const previous = last.hash;
    // Unknown until the commit is known to have worked: the next append then reads it back.
    last = undefined;
    await records.write([
      {
        sql: `INSERT INTO audit (${COLUMNS}, prev_hash, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        params: [row.id, row.at, row.who, row.what, row.object, row.result, row.detail, previous, hash],
      },
    ]);
    last = { id: row.id, hash };
    // The row is durable, and an older head still proves what is before it; the next entry writes a newer one.
    await writePrivateFile(headPath, JSON.stringify(last)).catch((error: unknown) => {
      if (!isOfDisk(error)) throw error;
    });
  };
  const drain = async (): Promise<void> => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      try {
        await appendNow(next);
      } catch (error) {
        // What waits for the disk keeps its place; what cannot be written at all must not hold up the rest.
        if (!isOfDisk(error)) waiting.shift();
        throw error;
      }
      waiting.shift();
    }
  };
  const flush = (): Promise<void> => {
    const done = queue.then(drain);
    queue = done.catch(() => undefined);
    return done;
  };

  return {
    append: (entry) => {
      if (waiting.length >= MAX_WAITING) {
        dropped += 1;
        return Promise.reject(new Error(`${waiting.length} audit entries wait for the disk, this one is dropped`));
      }
      waiting.push(entry);
      return flush();
    },
    flush,
    stats: () => ({ waiting: waiting.length, dropped }),
    list: async (before, limit) => {
      const sql = `SELECT ${COLUMNS} FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?`;
      const rows = await records.read({ sql, params: [before ?? Number.MAX_SAFE_INTEGER, limit] });
      return rows.map((found) => auditEntry.parse(found));
    },
    // Whoever asks while the chain is being looked through waits for that answer.
    verify() {
      verifying ??= verifyNow().finally(() => {
        verifying = undefined;
      });
      return verifying;
    },
  };
}

function isOfDisk(error: unknown): boolean {
  if (error instanceof Error && error.name === 'StoreError') return true;
  const code = errorCode(error);
  return noSpaceLeft(code) || notWritable(code);
}

async function verifyChain(records: RecordsDb, key: Buffer, headText: string | undefined): Promise<AuditVerdict> {
  const head = headText === undefined ? undefined : headFile.safeParse(JSON.parse(headText)).data;
  let previous = { id: 0, hash: GENESIS };
  let checked = 0;
  let headSeen = head === undefined;
  for (;;) {
    const sql = `SELECT ${COLUMNS}, prev_hash, hash FROM audit WHERE id > ? ORDER BY id LIMIT ?`;
    const rows = await records.read({ sql, params: [previous.id, PAGE] });
    await new Promise((resolve) => setImmediate(resolve));
    for (const found of rows) {
      const parsed = sealedRow.safeParse(found);
      if (!parsed.success) return { ok: false, checked, id: previous.id + 1, reason: 'row-changed' };
      const { prev_hash, hash, ...row } = parsed.data;
      if (row.id !== previous.id + 1 || prev_hash !== previous.hash)
        return { ok: false, checked, id: previous.id + 1, reason: 'chain-broken' };
      if (seal(key, row, prev_hash) !== hash) return { ok: false, checked, id: row.id, reason: 'row-changed' };
      headSeen ||= head?.id === row.id && head.hash === hash;
      previous = { id: row.id, hash };
      checked += 1;
    }
    if (rows.length < PAGE) break;
  }
  if (head === undefined && checked > 0) return { ok: false, checked, id: previous.id, reason: 'head-missing' };
  return headSeen ? { ok: true, checked } : { ok: false, checked, id: previous.id + 1, reason: 'end-cut-off' };
}

function seal(key: Buffer, row: AuditEntry, previous: string): string {
  const text = JSON.stringify([previous, row.id, row.at, row.who, row.what, row.object, row.result, row.detail]);
  return createHmac('sha256', key).update(text).digest('hex');
}

async function newest(records: RecordsDb): Promise<{ readonly id: number; readonly hash: string }> {
  const [found] = await records.read({ sql: 'SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1' });
  return found === undefined ? { id: 0, hash: GENESIS } : headFile.parse(found);
}

async function readOrMakeKey(path: string): Promise<Buffer> {
  const known = await readPrivateFile(path);
  if (known !== undefined && known !== '') return Buffer.from(known, 'base64url');
  const fresh = randomBytes(32);
  await writePrivateFile(path, fresh.toString('base64url'));
  return fresh;
}

function trimmed(entry: NewAuditEntry): NewAuditEntry {
  return { ...entry, object: entry.object.slice(0, MAX_TEXT), detail: entry.detail.slice(0, MAX_TEXT) };
}
