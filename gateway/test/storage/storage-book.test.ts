import { describe, expect, it } from 'vitest';
import type { Alert } from '#contract/http/alerts.ts';
import { storageTrouble } from '#contract/http/health.ts';
import { newAlert } from '../../src/alerts/alert-change.ts';
import { storageTransitions } from '../../src/self-alert.ts';
import { createStorageBook, type StorageFault } from '../../src/storage-book.ts';

const full: StorageFault = { reason: 'full', detail: 'ENOSPC', refuses: ['readings'] };
const readOnly: StorageFault = { reason: 'read-only', detail: 'EROFS', refuses: ['readings', 'records'] };
const failing: StorageFault = { reason: 'failing', detail: 'disk I/O error', refuses: ['records'] };
const slow: StorageFault = { reason: 'slow', detail: '> 5 s', refuses: [] };
const damaged: StorageFault = { reason: 'damaged', detail: 'readings.db: 3 blocks', refuses: [] };

const WORDS = {
  time: () => ({ zh: '02:25', en: '02:25' }),
  range: () => ({ zh: '02:25 至 02:31 ', en: 'from 02:25 to 02:31' }),
  duration: () => ({ zh: '6 分钟', en: '6 min' }),
};

const bookOf = () => createStorageBook('/srv/data', () => 256);

describe('what is wrong with the disk', () => {
  it('is one trouble for all that stops storing, named by what says best what to do, since the first of it', () => {
    const book = bookOf();
    expect(book.set('records', failing, 10)).toBe(true);
    expect(book.set('folder', readOnly, 20)).toBe(true);
    expect(book.list()).toMatchObject([{ reason: 'read-only', since: 10, refuses: ['readings', 'records'] }]);
    expect(book.set('folder', undefined, 30)).toBe(true);
    expect(book.list()).toMatchObject([{ reason: 'failing', since: 10, refuses: ['records'] }]);
    expect(book.refuses('readings')).toBeUndefined();
    book.set('records', undefined, 40);
    expect(book.list()).toEqual([]);
    book.set('space', full, 50);
    expect(book.list()).toMatchObject([{ since: 50 }]);
  });

  it('says nothing anew while nothing changes, and says the free space as it changes', () => {
    const book = bookOf();
    book.free(3.2);
    expect(book.set('space', full, 1)).toBe(true);
    expect(book.set('space', full, 2)).toBe(false);
    expect(book.free(3.4)).toBe(false);
    expect(book.free(1.4)).toBe(true);
    expect(book.list()[0]?.sentence.zh).toContain('剩余 1 MiB');
  });

  it.each([full, readOnly, failing, slow, damaged])(
    '$reason names the folder and what to do, in both languages',
    (fault) => {
      const book = bookOf();
      book.set('x', fault, 1);
      const [trouble] = book.list();
      const { zh, en } = storageTrouble.parse(trouble).sentence;
      expect(zh).toMatch(/磁盘.*\/srv\/data.*请/);
      expect(en).toMatch(/(disk|Disk|Data).*\/srv\/data.*(Free|mount|Check|Run)/);
      expect(`${zh}${en}`).not.toMatch(/undefined| {2}|\|/);
    },
  );
});

describe('what it means', () => {
  const sentence = (reason: StorageFault['reason'], ...refuses: StorageFault['refuses']) => {
    const book = bookOf();
    book.set('x', { reason, detail: 'EIO', refuses }, 1);
    return book.list()[0]?.sentence;
  };

  it.each(['full', 'read-only', 'failing'] as const)(
    'says of %s what of the broker is not kept, and no more',
    (reason) => {
      const only = sentence(reason, 'retained');
      expect(only?.zh).toMatch(/保留消息和待发消息.*读数仍在保存.*重启会丢失/);
      expect(only?.en).toMatch(/cannot store the messages that the broker keeps.*Readings are still stored/);
      expect(sentence(reason, 'records', 'retained')?.en).toMatch(
        /anything new.*acknowledgements, edits and new alerts are not, nor are retained messages/,
      );
      expect(sentence(reason, 'readings', 'records', 'retained')?.en).toContain('Readings are not acknowledged');
    },
  );
});

describe('the alerts about it', () => {
  const told = (active: readonly Alert[], ...faults: readonly StorageFault[]) => {
    const book = bookOf();
    for (const fault of faults) book.set(fault.reason, fault, 5);
    return storageTransitions(active, book.list(), 9, 'campus', WORDS);
  };
  const alertsOf = (...faults: readonly StorageFault[]): Alert[] =>
    told([], ...faults).map((one) => newAlert(one, 'i'));

  it('are one for all that stops storing, one for slow, one for damage; only slow is no more than a warning', () => {
    const fired = told([], full, slow, damaged);
    expect(fired.map(({ rule, to, severity }) => [rule, to, severity])).toEqual([
      ['gateway-store', 'firing', 'critical'],
      ['gateway-store-damaged', 'firing', 'critical'],
      ['gateway-store-slow', 'firing', 'warning'],
    ]);
  });

  it('change their words with the reason and with each new piece of damage, not with the free space', () => {
    const known = alertsOf(full, damaged);
    expect(told(known, full, damaged)).toEqual([]);
    expect(told(known, { ...full, detail: 'EDQUOT' }, damaged)).toEqual([]);
    expect(told(known, readOnly, damaged)).toMatchObject([{ rule: 'gateway-store', to: 'known', reason: 'read-only' }]);
    expect(told(known, full, { ...damaged, detail: 'readings.db: 4 blocks' })).toMatchObject([
      { rule: 'gateway-store-damaged', to: 'known' },
    ]);
  });

  it('change their words when more is refused for the same reason: what was still stored is not any more', () => {
    const retained: StorageFault = { ...failing, refuses: ['retained'] };
    const known = alertsOf(retained);
    expect(told(known, { ...retained, detail: 'another error' })).toEqual([]);
    expect(told(known, { ...failing, refuses: ['readings'] })).toMatchObject([
      { to: 'known', sentence: { en: expect.stringContaining('Readings are not acknowledged') } },
    ]);
    expect(told(known, failing)).toMatchObject([{ to: 'known' }]);
  });

  it('end when it ends, and are no business of other alerts', () => {
    const known = alertsOf(full);
    const other: Alert = { ...(known[0] as Alert), rule: 'gateway-network' };
    expect(told([...known, other])).toMatchObject([
      {
        ...{ rule: 'gateway-store', to: 'resolved', since: 5, at: 9 },
        sentence: {
          zh: expect.stringMatching(/^02:25 至 02:31 磁盘.*，现已恢复。$/),
          en: expect.stringMatching(/, from 02:25 to 02:31; it is over\.$/),
        },
      },
    ]);
  });
});
