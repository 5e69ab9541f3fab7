import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ProfileInfo } from '#contract/http/campus.ts';
import { onboardingApi } from '../../api/api.ts';
import { messageOf } from '../../api/error-message.ts';
import { profilesQuery } from '../../api/queries.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useGatewayNow } from '../../live/use-live.ts';
import { useMe } from '../../shell/use-me.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { Mark } from '../../ui/mark.tsx';
import { PageState } from '../../ui/page-state.tsx';
import '../../ui/table.css';
import { quarantineText } from './quarantine.text.ts';

/** The profiles and how well they fit what arrives. */
export function ProfileList() {
  const t = useText(quarantineText);
  const asked = useQuery(profilesQuery);
  return (
    <section className="device-part" aria-labelledby="profiles">
      <h2 id="profiles">{t.profiles}</h2>
      <PageState of={asked}>
        {(profiles) => (
          <>
            <Profiles profiles={profiles.filter((one) => !isUnused(one))} />
            <details className="profiles-unused">
              <summary>{t.unusedCount(profiles.filter(isUnused).length)}</summary>
              <Profiles profiles={profiles.filter(isUnused)} />
            </details>
          </>
        )}
      </PageState>
    </section>
  );
}

const isUnused = ({ decoded, failed, disabled }: ProfileInfo): boolean => decoded + failed === 0 && !disabled;

function Profiles({ profiles }: { readonly profiles: readonly ProfileInfo[] }) {
  const t = useText(quarantineText);
  if (profiles.length === 0) return null;
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">{t.profileName}</th>
          <th scope="col">{t.state}</th>
          <th scope="col" className="figure">
            {t.decoded}
          </th>
          <th scope="col" className="figure">
            {t.failed}
          </th>
        </tr>
      </thead>
      <tbody>
        {profiles.map((profile) => (
          <Row key={profile.id} profile={profile} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ profile }: { readonly profile: ProfileInfo }) {
  const t = useText(quarantineText);
  const language = useLanguage();
  const format = useFormat();
  return (
    <tr data-profile={profile.id}>
      <th scope="row">
        {pick(profile.name, language)}
        <details className="profile-topics">
          <summary className="soft small">
            {t.matches} ({profile.matches.length})
          </summary>
          <ul>
            {profile.matches.map((pattern) => (
              <li key={pattern}>
                <code>{pattern}</code>
              </li>
            ))}
          </ul>
        </details>
      </th>
      <td>
        {profile.disabled ? (
          <Disabled profile={profile} />
        ) : (
          <span className={isUnused(profile) ? 'soft' : ''}>{isUnused(profile) ? t.unused : t.active}</span>
        )}
      </td>
      <td className="figure">{format.number(profile.decoded)}</td>
      <td className="figure">{format.number(profile.failed)}</td>
    </tr>
  );
}

/** Why it was switched off, and the way back for whoever may. */
function Disabled({ profile }: { readonly profile: ProfileInfo }) {
  const t = useText(quarantineText);
  const language = useLanguage();
  const format = useFormat();
  const now = useGatewayNow(10_000);
  const client = useQueryClient();
  const { user } = useMe();
  const enable = useMutation({
    mutationFn: () => onboardingApi.enableProfile(profile.id),
    onSuccess: () =>
      Promise.all(['profiles', 'quarantine'].map((key) => client.invalidateQueries({ queryKey: [key] }))),
  });
  return (
    <div className="profile-disabled">
      <Mark tone="critical">{t.disabled}</Mark>{' '}
      <span className="soft small">
        {profile.disabledAt === null ? '' : `${format.moment(profile.disabledAt, now)} `}
        {t.disabledHint}
      </span>
      {profile.lastFailure === null ? null : (
        <p className="small">
          {t.lastFailure} <span lang="en">{profile.lastFailure}</span>
        </p>
      )}
      {user.role === 'admin' ? (
        <button type="button" className="button" disabled={enable.isPending} onClick={() => enable.mutate()}>
          {t.enable}
          <span className="visually-hidden"> {pick(profile.name, language)}</span>
        </button>
      ) : null}
      {enable.error ? (
        <p className="small" role="alert">
          {messageOf(enable.error, language)}
        </p>
      ) : null}
    </div>
  );
}
