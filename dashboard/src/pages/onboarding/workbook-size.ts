/** How large a workbook is once unpacked, found out before it is: a file of 1 MB may unfold to 400 MB. */

/** A list of 2,000 devices unpacks to about 2 MB. */
const maxUnpackedBytes = 32 * 1024 * 1024;
/** Sheets of repeated text shrink 50-fold; nothing a person wrote shrinks 200-fold. */
const maxRatio = 200;
const ratioMattersBytes = 1024 * 1024;

const endMark = 0x06_05_4b_50;
const entryMark = 0x02_01_4b_50;
const localMark = 0x04_03_4b_50;
/** The end record, with the longest comment that may follow it. */
const endReach = 22 + 65_535;

interface Entry {
  readonly packed: Uint8Array<ArrayBuffer>;
  readonly isDeflated: boolean;
  readonly claimedBytes: number;
}

/** @returns `too-large` when it unpacks to too much: by what it says itself, or by what comes out */
export async function unpackedSize(bytes: Uint8Array<ArrayBuffer>): Promise<'fits' | 'too-large' | 'no-zip'> {
  const entries = entriesOf(bytes);
  if (entries === undefined) return 'no-zip';
  const claimed = entries.reduce((sum, { claimedBytes }) => sum + claimedBytes, 0);
  if (claimed > maxUnpackedBytes || entries.some(isBomb)) return 'too-large';
  // What an entry says of itself may be a lie.
  let left = maxUnpackedBytes;
  for (const { packed, isDeflated } of entries) {
    left -= isDeflated ? await inflatedBytes(packed, left) : packed.length;
    if (left < 0) return 'too-large';
  }
  return 'fits';
}

const isBomb = ({ claimedBytes, packed }: Entry): boolean =>
  claimedBytes > ratioMattersBytes && claimedBytes > maxRatio * packed.length;

/** Counts what comes out and keeps none of it; stops above `most`. */
async function inflatedBytes(packed: Uint8Array<ArrayBuffer>, most: number): Promise<number> {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  let size = 0;
  try {
    for (let next = await reader.read(); !next.done && size <= most; next = await reader.read())
      size += next.value.length;
  } catch {
    // Broken data: the reader of workbooks says so.
    return size;
  }
  await reader.cancel();
  return size;
}

function entriesOf(bytes: Uint8Array<ArrayBuffer>): readonly Entry[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let end = bytes.length - 22;
  const first = Math.max(0, bytes.length - endReach);
  while (end >= first && view.getUint32(end, true) !== endMark) end--;
  if (end < first) return undefined;
  const count = view.getUint16(end + 10, true);
  const entries: Entry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let n = 0; n < count; n++) {
    if (at + 46 > end || view.getUint32(at, true) !== entryMark) return undefined;
    const packedBytes = view.getUint32(at + 20, true);
    const local = view.getUint32(at + 42, true);
    if (local + 30 > end || view.getUint32(local, true) !== localMark) return undefined;
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    if (start + packedBytes > end) return undefined;
    entries.push({
      packed: bytes.subarray(start, start + packedBytes),
      isDeflated: view.getUint16(at + 10, true) === 8,
      claimedBytes: view.getUint32(at + 24, true),
    });
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}
