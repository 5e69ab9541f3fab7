/** The set-up token of a link: `#token=…`, a bare `#…`, or `?token=…`. The fragment never reaches a server's log. */
export function setupToken(link: Pick<Location, 'hash' | 'search'>): string {
  const fragment = link.hash.replace(/^#/, '');
  const named = new URLSearchParams(fragment).get('token') ?? new URLSearchParams(link.search).get('token');
  if (named !== null) return named;
  return /^[\w-]{8,}$/.test(fragment) ? fragment : '';
}
