import { describe, expect, it } from 'vitest';
import {
  type Connection,
  type ConnectionChange,
  changeConnection,
  silentAfterMs,
  startConnection,
} from './connection.ts';

const connectionAfter = (...changes: readonly (readonly [number, ConnectionChange])[]): Connection =>
  changes.reduce((connection, [now, change]) => changeConnection(connection, change, now), startConnection(0));

describe('connection', () => {
  it('is live from the first hello on', () => {
    expect(connectionAfter([10, { what: 'hello' }])).toMatchObject({ state: 'live', since: 10, lastTickAt: 10 });
  });

  it('is silent, not live, when the line stands and no tick comes for 10 s', () => {
    const start = [10, { what: 'hello' }] as const;
    expect(connectionAfter(start, [10 + silentAfterMs, { what: 'clock' }]).state).toBe('live');
    const silent = connectionAfter(start, [11 + silentAfterMs, { what: 'clock' }]);
    expect(silent).toMatchObject({ state: 'broken', cause: 'silent', since: 11 + silentAfterMs });
    const back = changeConnection(silent, { what: 'tick', gatewayAt: 30_000 }, 30_000);
    expect(back).toMatchObject({ state: 'live', cause: 'none', since: 30_000 });
  });

  it('does not become live by a tick while the line is down', () => {
    const down = connectionAfter([1, { what: 'hello' }], [2, { what: 'down' }], [3, { what: 'tick', gatewayAt: 3 }]);
    expect(down.state).toBe('broken');
  });

  it('counts the attempts of one break and keeps its beginning', () => {
    const down = connectionAfter(
      [1, { what: 'hello' }],
      [5, { what: 'down' }],
      [6, { what: 'attempt' }],
      [9, { what: 'down' }],
      [10, { what: 'attempt' }],
    );
    expect(down).toMatchObject({ state: 'broken', cause: 'down', since: 5, attempt: 2 });
    expect(changeConnection(down, { what: 'hello' }, 20)).toMatchObject({ state: 'live', attempt: 0 });
  });

  it('that never comes about is broken after 10 s too', () => {
    expect(connectionAfter([silentAfterMs + 1, { what: 'clock' }])).toMatchObject({ state: 'broken', cause: 'down' });
  });

  it('knows how far the clock of the wall is off', () => {
    expect(connectionAfter([0, { what: 'hello' }], [1_000, { what: 'tick', gatewayAt: 61_000 }]).clockAheadMs).toBe(
      60_000,
    );
  });

  it('remembers a refusal until it is welcome again', () => {
    const refused = connectionAfter([0, { what: 'refused' }]);
    expect(refused).toMatchObject({ refused: true, state: 'broken' });
    expect(changeConnection(refused, { what: 'hello' }, 1).refused).toBe(false);
  });

  it('is the same object while nothing changes', () => {
    const live = connectionAfter([0, { what: 'hello' }]);
    expect(changeConnection(live, { what: 'clock' }, 500)).toBe(live);
  });
});
