/** `<data>/cli-token`: lets commands of the gateway's own machine work through its HTTP API. New at every start. */
import { join } from 'node:path';
import { writePrivateFile } from './private-file.ts';
import { newSecret } from './secret.ts';

/** Writes a fresh token, mode 0600. @returns the token. @throws when the data folder cannot be written. */
export async function writeCliToken(dataDir: string): Promise<string> {
  const token = newSecret('hc');
  await writePrivateFile(join(dataDir, 'cli-token'), `${token}\n`);
  return token;
}
