/** Ports for programs that cannot be told to choose one themselves. */
import { connect, createServer } from 'node:net';

const OPEN_MS = 10_000;

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('the machine gave no port');
  return address.port;
}

/** Resolves when something accepts connections on the port; rejects after 10 s. */
export async function untilOpen(port: number): Promise<void> {
  const deadline = performance.now() + OPEN_MS;
  while (performance.now() < deadline) {
    const isOpen = await new Promise<boolean>((done) => {
      const socket = connect(port, '127.0.0.1', () => done(true));
      socket.once('error', () => done(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isOpen) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`nothing listens on port ${port}`);
}
