import type { ConsumptionResponse } from '#contract/http/energy.ts';
import { useText } from '../../i18n/use-text.ts';
import { useFormat } from '../../ui/format-context.tsx';
import { energyText } from './energy.text.ts';
import { useDeviceName } from './use-device-name.ts';

/** Register steps that nobody can explain, each in a sentence: what they hide is missing from every sum. */
export function RegisterSteps({ steps }: Pick<ConsumptionResponse, 'steps'>) {
  const t = useText(energyText);
  const format = useFormat();
  const nameOf = useDeviceName();
  const words: Readonly<Record<string, string>> = { reset: t.stepReset, 'back-step': t.stepBack, jump: t.stepJump };
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
