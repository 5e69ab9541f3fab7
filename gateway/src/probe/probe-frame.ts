/** What came in on a socket of ours as a frame, so that it takes the same way as everything else. */
import type { Frame } from '../shared/frame.ts';

export function frameFrom(heard: Pick<Frame, 'topic' | 'payload' | 'at'> & { readonly from: string }): Frame {
  return {
    ...heard,
    ...{ qos: 0, retain: false, replayed: false, will: false },
    ...{ clientId: heard.from, username: 'probe', credential: 'probe' },
  };
}
