import { isMainThread } from 'node:worker_threads';

// Loaded with --import. When the parent is killed outright nobody passes a signal on; the closed channel is the only sign.
// Processes that inherit the flag from us have another parent and channel: they are left alone.
if (isMainThread && process.channel && process.env.HOUQIN_PARENT === String(process.ppid)) {
  process.once('disconnect', () => {
    if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(143);
  });
  process.channel.unref();
}
