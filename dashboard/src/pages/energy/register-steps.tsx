import type { ConsumptionResponse } from '#contract/http/energy.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { useAllDevices } from '../../live/use-live.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { energyText } from './energy.text.ts';

/** Register steps that nobody can explain, each in a sentence: what they hide is missing from every sum. */
export function RegisterSteps({ steps }: Pick<ConsumptionResponse, 'steps'>) {
  const t = useText(energyText);
  const format = useFormat();
  const language = useLanguage();
  const devices = useAllDevices();
  const words: Readonly<Record<string, string>> = { reset: t.stepReset, 'back-step': t.stepBack, jump: t.stepJump };
  const nameOf = (id: string): string => {
    const name = devices.find((device) => device.id === id)?.name;
    return name ? pick(name, language) : id;
  };
  return (
    <section className="energy-part" aria-labelledby="energy-steps">
      <h2 id="energy-steps">{t.steps}</h2>
      {steps.length === 0 ? <p className="soft">{t.stepsNone}</p> : null}
      <ul className="energy-steps">
        {steps.map(({ device, at, kind, before, after }) => (
          <li key={`${device} ${at}`}>
            {t.step(
              `${format.day(at)} ${format.hourMinute(at)}`,
              nameOf(device),
              words[kind] ?? t.stepOther,
              format.number(before, 3),
              format.number(after, 3),
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
