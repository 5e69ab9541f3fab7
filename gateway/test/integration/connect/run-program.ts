/** Runs somebody else's program and collects what it says. */
import { type ChildProcess, spawn } from 'node:child_process';

const PROGRAM_MS = 15_000;

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** Resolves when it has ended; after 15 s it is killed and `code` is null. */
export async function runProgram(path: string, args: readonly string[]): Promise<Ran> {
  const child = spawn(path, [...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), PROGRAM_MS);
  const ran = await ended(child);
  clearTimeout(timer);
  return ran;
}

function ended(child: ChildProcess): Promise<Ran> {
  const [out, error]: [string[], string[]] = [[], []];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => out.push(text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => error.push(text));
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code) => done({ code, out: out.join(''), error: error.join('') }));
  });
}
