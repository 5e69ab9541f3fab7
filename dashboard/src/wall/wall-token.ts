/** The kiosk token of `/wall#token=…`. It stays in the address, so that the machine finds it again after a reload. */
export function wallToken(hash: string): string | undefined {
  const token = new URLSearchParams(hash.replace(/^#/, '')).get('token');
  return token === null || token === '' ? undefined : token;
}
