/**
 * What is known to be wrong with the disk, by who found it. Pure and in memory: it is for the times when the disk takes
 * no word of it. Several findings of one kind (the folder is read-only, so a commit fails) are one trouble.
 */
import type { StorageReason } from '#contract/enums.ts';
import type { StorageTrouble } from '#contract/http/health.ts';
import { storageSentence } from './storage-sentence.ts';

/** `retained`: what the broker keeps in broker.db. */
export type StorageTarget = StorageTrouble['refuses'][number];
export const STORAGE_TARGETS: readonly StorageTarget[] = ['readings', 'records', 'retained'];

export interface StorageFault {
  readonly reason: StorageReason;
  /** The words of the system or of a check, for people who mend it. */
  readonly detail: string;
  readonly refuses: readonly StorageTarget[];
}

export interface StorageBook {
  /** What one finder says now; undefined: it finds nothing (more). @returns whether that changed what `list` says */
  set(finder: string, fault: StorageFault | undefined, at: number): boolean;
  /** Newest figure of the free space, MiB. @returns whether that changed what `list` says */
  free(mib: number | undefined): boolean;
  has(finder: string): boolean;
  /** The worst first; at most one of each kind: nothing can be stored, slow, damaged. */
  list(): readonly StorageTrouble[];
  /** Why `target` takes nothing now. */
  refuses(target: StorageTarget): StorageTrouble | undefined;
}

type Kind = 'stopped' | 'damaged' | 'slow';
const KIND_OF: Readonly<Record<StorageReason, Kind>> = {
  full: 'stopped',
  'read-only': 'stopped',
  failing: 'stopped',
  damaged: 'damaged',
  slow: 'slow',
};
const KINDS: readonly Kind[] = ['stopped', 'damaged', 'slow'];
/** Of several findings of one kind the one that says best what to do. */
const FIRST: readonly StorageReason[] = ['read-only', 'full', 'failing', 'damaged', 'slow'];

/** @param minFreeMiB below which readings are no longer taken */
export function createStorageBook(folder: string, minFreeMiB: () => number): StorageBook {
  const faults = new Map<string, StorageFault>();
  const since = new Map<Kind, number>();
  let freeMiB: number | null = null;
  let list: readonly StorageTrouble[] = [];

  const troubleOf = (kind: Kind): StorageTrouble[] => {
    const found = [...faults.values()].filter(({ reason }) => KIND_OF[reason] === kind);
    const [worst] = found.sort((a, b) => FIRST.indexOf(a.reason) - FIRST.indexOf(b.reason));
    if (worst === undefined) return [];
    const refuses = STORAGE_TARGETS.filter((target) => found.some((fault) => fault.refuses.includes(target)));
    const { reason, detail } = worst;
    return [
      {
        ...{ reason, since: since.get(kind) ?? 0, folder, freeMiB, refuses },
        sentence: storageSentence({ reason, detail, folder, freeMiB, minFreeMiB: minFreeMiB(), refuses }),
      },
    ];
  };
  const renew = (): boolean => {
    const before = JSON.stringify(list);
    list = KINDS.flatMap(troubleOf);
    return JSON.stringify(list) !== before;
  };

  return {
    set(finder, fault, at) {
      if (fault === undefined) faults.delete(finder);
      else faults.set(finder, fault);
      for (const kind of KINDS) {
        const holds = [...faults.values()].some(({ reason }) => KIND_OF[reason] === kind);
        if (!holds) since.delete(kind);
        else if (!since.has(kind)) since.set(kind, at);
      }
      return renew();
    },
    free(mib) {
      freeMiB = mib === undefined ? null : Math.round(mib);
      return renew();
    },
    has: (finder) => faults.has(finder),
    list: () => list,
    refuses: (target) => list.find(({ refuses }) => refuses.includes(target)),
  };
}
