import { Link, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ApiError } from '../api/http.ts';
import { useText } from '../i18n/use-text.ts';
import { Empty, Failure } from '../ui/page-state.tsx';
import { shellText } from './shell.text.ts';

export function NotFound() {
  const t = useText(shellText);
  return (
    <main>
      <Empty title={t.notFound}>
        <p>{t.notFoundHint}</p>
        <Link to="/" className="button">
          {t.toOverview}
        </Link>
      </Empty>
    </main>
  );
}

const retryMs = 5_000;

/** A page that threw, or a gateway that could not be asked who is signed in: of that the page recovers by itself. */
export function RouteFailure({ error }: { readonly error: unknown }) {
  const t = useText(shellText);
  const router = useRouter();
  const passes = error instanceof ApiError && (error.status === 0 || error.status >= 500);
  useEffect(() => {
    if (!passes) return;
    const timer = setInterval(() => void router.invalidate(), retryMs);
    return () => clearInterval(timer);
  }, [passes, router]);
  return (
    <main>
      <h1>{t.broken}</h1>
      <Failure error={error} onRetry={() => router.invalidate()} />
    </main>
  );
}
