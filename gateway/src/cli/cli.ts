const usage = 'usage: houqin <command> [--help]';

export async function runCli(argv: string[]): Promise<number> {
  process.stdout.write(`${usage}\n`);
  return argv.length === 0 || argv.includes('--help') ? 0 : 2;
}
