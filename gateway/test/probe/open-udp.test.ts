/** What a socket of ours hears. */
import { expect, it } from 'vitest';
import { openUdp } from '../../src/probe/open-udp.ts';

it('passes over datagrams from port 0: whoever answers one ends with an exception', async () => {
  const heard: number[] = [];
  const socket = await openUdp({ host: '127.0.0.1', port: 0 }, (_, { port }) => heard.push(port));
  // Only a raw socket can send from port 0; the system delivers it like any other.
  for (const port of [0, 5_060])
    socket.emit('message', Buffer.from('x'), { address: '127.0.0.1', family: 'IPv4', port, size: 1 });
  socket.close();
  expect(heard).toEqual([5_060]);
});
