import { Link, useRouter } from '@tanstack/react-router';
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

/** A page that threw, or a gateway that could not be asked who is signed in. */
export function RouteFailure({ error }: { readonly error: unknown }) {
  const t = useText(shellText);
  const router = useRouter();
  return (
    <main>
      <h1>{t.broken}</h1>
      <Failure error={error} onRetry={() => router.invalidate()} />
    </main>
  );
}
