/** Text of a file of any size, piece by piece. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { markedEncoding } from '../shared/plain-text.ts';
import { cannot, messageOf, usage } from './command-refusal.ts';

export interface FileText {
  readonly text: AsyncIterable<string>;
  /** Read of the whole, 0 … 1. */
  share(): number;
}

/** @throws CommandRefusal when it cannot be read; the text itself throws one where it is neither UTF-8 nor what its mark says */
export async function fileText(path: string): Promise<FileText> {
  let size: number;
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new Error('not a file');
    size = found.size;
  } catch (error) {
    throw cannot(`读不到 ${path}：${messageOf(error)}。`, `${path} cannot be read: ${messageOf(error)}.`);
  }
  const bytes = createReadStream(path, { highWaterMark: 256 * 1024 });
  return { text: decoded(bytes, path), share: () => (size === 0 ? 1 : bytes.bytesRead / size) };
}

async function* decoded(bytes: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  try {
    for await (const chunk of bytes) {
      decoder ??= new TextDecoder(markedEncoding(chunk) ?? 'utf-8', { fatal: true });
      yield decoder.decode(chunk, { stream: true });
    }
    if (decoder !== undefined) yield decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw usage(
      `${path} 不是 UTF-8 编码：请在表格软件里另存为“CSV UTF-8”。已导入的行会保留，重新导入不会重复。`,
      `${path} is not UTF-8: save it as “CSV UTF-8”. Rows imported so far stay; importing again doubles nothing.`,
    );
  }
}
