/** Opens a store and says so; to be killed while it takes over a file that an older version wrote. */
import { openReadingStore } from '../../src/store/open-reading-store.ts';

const [, , dir = ''] = process.argv;
await openReadingStore({ dir, hourPhaseMs: 0 });
process.stdout.write('open\n');
setInterval(() => undefined, 1_000);
