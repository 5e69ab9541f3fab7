/** The TCP listener beside the UDP socket: where its port is taken, UDP goes on and TCP is tried again. */
import { listenSipTcp, type SipTcp, type SipTcpSetup } from './sip-tcp.ts';

export type KeptSipTcp = Pick<SipTcp, 'send' | 'connections' | 'close'>;

const AGAIN_MS = 30_000;

/** @param setup.onState told when it could not be opened, and when it is open after that (undefined) */
export async function keepSipTcp(
  setup: SipTcpSetup & { onState(error: NodeJS.ErrnoException | undefined): void; readonly againMs?: number },
): Promise<KeptSipTcp> {
  let tcp: SipTcp | undefined;
  let timer: NodeJS.Timeout | undefined;
  let told = '';
  let closed = false;
  const open = async (): Promise<void> => {
    try {
      const opened = await listenSipTcp(setup);
      if (closed) return await opened.close();
      tcp = opened;
      if (told !== '') setup.onState(undefined);
    } catch (error) {
      const { code = String(error) } = error as NodeJS.ErrnoException;
      if (code !== told) setup.onState(error as NodeJS.ErrnoException);
      told = code;
      if (!closed) timer = setTimeout(open, setup.againMs ?? AGAIN_MS);
    }
  };
  await open();
  return {
    send: (source, bytes) => tcp?.send(source, bytes) ?? false,
    connections: () => tcp?.connections() ?? 0,
    async close() {
      closed = true;
      clearTimeout(timer);
      await tcp?.close();
    },
  };
}
