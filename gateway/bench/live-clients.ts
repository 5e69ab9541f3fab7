/**
 * Many dashboards in one process, for live.ts: connects them, says so, and reports how old values were on arrival. Twenty
 * are whole clients that parse; the others only read, for otherwise this process would be what is measured.
 */
import { readFileSync } from 'node:fs';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import type { LiveValues } from '../contract/live.ts';

const PARSING = 20;
const CONNECT_AT_ONCE = 50;

const [url = '', tokenFile = '', count = '0', stalled = '0'] = process.argv.slice(2);
const token = readFileSync(tokenFile, 'utf8').trim();
const ages: number[] = [];
let cut = 0;

/** A socket.io client. Resolves after its hello. */
function parsing(): Promise<void> {
  const socket = io(`${url}/live`, { transports: ['websocket'], forceNew: true, reconnection: false, auth: { token } });
  socket.on('value', ({ values }: LiveValues) => {
    const now = Date.now();
    for (const { receivedAt } of values) ages.push(now - receivedAt);
  });
  return new Promise((resolve, reject) => {
    socket.once('connect_error', reject);
    socket.once('connect', () => socket.emit('hello', {}, () => resolve()));
  });
}

/** Speaks just enough of the protocol to be served: connect, hello, pong. */
function reading(stall: boolean): Promise<void> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
  socket.on('close', () => {
    cut += 1;
  });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', (data: Buffer) => {
      const start = data.toString('latin1', 0, 10);
      if (start.startsWith('0')) socket.send(`40/live,${JSON.stringify({ token })}`);
      else if (start.startsWith('40')) socket.send('42/live,1["hello",{}]');
      else if (start === '2') socket.send('3');
      else if (start.startsWith('43')) {
        if (stall) socket.pause();
        resolve();
      }
    });
  });
}

const kinds = Array.from({ length: Number(count) }, (_, i) =>
  i < PARSING ? parsing : () => reading(i - PARSING < Number(stalled)),
);
while (kinds.length > 0) await Promise.all(kinds.splice(0, CONNECT_AT_ONCE).map((connect) => connect()));

process.on('message', () => {
  const sorted = Float64Array.from(ages).sort();
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  process.send?.({ p50Ms: at(0.5), p99Ms: at(0.99), values: sorted.length, cut });
});
process.on('disconnect', () => process.exit(0));
process.send?.('connected');
