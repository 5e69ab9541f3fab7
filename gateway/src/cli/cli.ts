/** `npx houqin …`: one command a file. */
import { serve } from './serve.ts';

const USAGE = `usage: houqin <command>
  serve    run the gateway
`;

/** @returns the exit code */
export async function runCli(argv: string[]): Promise<number> {
  if (argv[0] === 'serve') return serve();
  process.stdout.write(USAGE);
  return argv[0] === '--help' ? 0 : 2;
}
