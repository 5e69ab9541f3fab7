/** `<data>/cli-token`: lets commands of the gateway's own machine work through its HTTP API. New at every start. */
import { join } from 'node:path';
import { writePrivateFile } from './private-file.ts';

/** Leaves the token in the data folder, mode 0600. @throws when the folder cannot be written. */
export async function writeCliToken(dataDir: string, token: string): Promise<void> {
  await writePrivateFile(join(dataDir, 'cli-token'), `${token}\n`);
}
