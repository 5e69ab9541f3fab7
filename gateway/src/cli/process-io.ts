/** The command line's own process: streams, terminal, environment. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { systemClock } from '../shared/clock.ts';
import type { CommandIo } from './command.ts';

export function processIo(): CommandIo {
  // Whoever reads only the beginning (`| head`) has seen enough.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  let rewriting = false;
  const endLine = (): void => {
    if (rewriting) process.stderr.write('\n');
    rewriting = false;
  };
  return {
    env: process.env,
    clock: systemClock(),
    out(line) {
      if (process.stdout.isTTY) endLine();
      process.stdout.write(`${line}\n`);
    },
    err(line) {
      endLine();
      process.stderr.write(`${line}\n`);
    },
    rewrite: process.stderr.isTTY
      ? (line) => {
          rewriting = true;
          process.stderr.write(`\r\u001b[2K${line}`);
        }
      : undefined,
    // styleText looks at NO_COLOR and at whether the stream is a terminal.
    paint: (style, text) => styleText(style, text, { stream: process.stdout }),
    secret,
  };
}

async function secret(prompt: string): Promise<string> {
  const terminal = process.stdin.isTTY === true;
  if (terminal) process.stderr.write(prompt);
  const mute = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: mute, terminal });
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
    if (terminal) process.stderr.write('\n');
  }
}
