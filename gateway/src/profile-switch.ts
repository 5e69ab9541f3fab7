/** Profiles that switch themselves off: remembered over a restart, told as alerts, and switched on again by a person. */
import type { CampusInForce } from './campus-in-force.ts';
import type { Judgement } from './judgement.ts';
import type { Clock } from './shared/clock.ts';
import type { Closers } from './shared/closers.ts';
import type { Log } from './shared/log.ts';
import { loadOffProfiles, offProfileStatements } from './store/profile-off-records.ts';
import type { RecordsDb } from './store/records-db.ts';

export interface ProfileSwitch {
  /** @returns false when there is no such profile, or it is not off */
  enable(profile: string): boolean;
  /** Looks now; otherwise it looks every second. */
  look(): void;
}

export interface ProfileSwitchParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly closers: Closers;
  readonly records: RecordsDb;
  readonly judgement: Pick<Judgement, 'profilesOff'>;
  campus(): CampusInForce;
}

const LOOK_MS = 1_000;

export async function openProfileSwitch(parts: ProfileSwitchParts): Promise<ProfileSwitch> {
  const { clock, log, closers, records, judgement, campus } = parts;
  campus().health.restore(await loadOffProfiles(records));
  let known: string | undefined;
  let writing: Promise<void> = Promise.resolve();

  const look = (): void => {
    const off = campus().health.off();
    const now = JSON.stringify(off.map(({ id, version, at }) => [id, version, at]));
    if (now === known) return;
    known = now;
    for (const { id, failed, reason } of off) log.warn({ profile: id, failed }, `a profile is switched off: ${reason}`);
    judgement.profilesOff(off, clock.now());
    writing = writing
      .then(() => records.write(offProfileStatements(off)))
      .then(
        () => undefined,
        (error: unknown) => {
          known = undefined;
          log.warn({ err: error }, 'which profiles are switched off could not be written; tried again');
        },
      );
  };
  look();
  const timer = setInterval(look, LOOK_MS);
  closers.push({
    name: 'profile switch',
    close: () => {
      clearInterval(timer);
      return writing;
    },
  });
  return {
    enable: (profile) => {
      const isOn = campus().health.enable(profile);
      look();
      return isOn;
    },
    look,
  };
}
