import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Device, DevicePatch } from '#contract/http/campus.ts';
import { tagName } from '#contract/tags.ts';
import { onboardingApi } from '../../api/api.ts';
import { pick } from '../../i18n/language.ts';
import { useLanguage, useText } from '../../i18n/use-text.ts';
import { wordsOf } from '../../lib/words-of.ts';
import { useDevices } from '../../live/use-live.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import '../onboarding/device-form.css';
import { type EditDraft, editDraft, editProblems, patchOf, refusedAt } from './edit-draft.ts';
import { entryText } from './entry.text.ts';
import { EntryText } from './entry-field.tsx';
import { manageText } from './manage.text.ts';
import { ParentChoice } from './parent-choice.tsx';
import { PlaceChoice } from './place-choice.tsx';
import { RulesWatching } from './rules-watching.tsx';

interface DialogProps {
  /** As it was when the dialog was opened. */
  readonly device: Device;
  readonly onClose: () => void;
}

/** Name, place, custodian, interval, tags and parents of a device. */
export function EditDialog({ device, onClose }: DialogProps) {
  const t = useText(manageText);
  const entry = useText(entryText);
  const language = useLanguage();
  const devices = useDevices();
  const [draft, setDraft] = useState(() => editDraft(device, language));
  const [isTold, setTold] = useState(false);
  const save = useSaved(device, onClose);
  const typed = editProblems(draft, t);
  const problems = { ...refusedAt(save.error, language), ...(isTold ? typed : {}) };
  const change = (part: Partial<EditDraft>): void => setDraft((before) => ({ ...before, ...part }));
  const submit = (): void => {
    setTold(true);
    if (Object.keys(typed).length > 0) return;
    const patch = patchOf(device, draft);
    if (patch === undefined) onClose();
    else save.mutate(patch);
  };
  const text = (name: 'nameZh' | 'nameEn' | 'custodian' | 'intervalS', hint?: string, list?: readonly string[]) => (
    <EntryText
      name={name}
      label={name === 'intervalS' ? t.interval : t[name]}
      hint={hint}
      list={list}
      problem={problems[name]}
      mode={name === 'intervalS' ? 'decimal' : undefined}
      value={draft[name]}
      onValue={(value) => change({ [name]: value })}
    />
  );
  const custodians = new Set(devices.flatMap(({ custodian }) => (custodian === null ? [] : [custodian])));
  return (
    <FormDialog
      title={t.editTitle(pick(device.name, language))}
      action={t.save}
      busyAction={t.saving}
      isBusy={save.isPending}
      error={save.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <div className="meter-pair">
        {text('nameZh')}
        {text('nameEn')}
      </div>
      <PlaceChoice value={draft.place} onValue={(place) => change({ place })} problem={problems.place} />
      <div className="meter-pair">
        {text('custodian', undefined, [...custodians])}
        {text('intervalS', t.intervalHint)}
      </div>
      <ParentChoice
        of={device.id}
        value={draft.dependsOn}
        onValue={(dependsOn) => change({ dependsOn })}
        problem={problems.dependsOn}
      />
      <EntryText
        name="tags"
        label={entry.tags}
        hint={entry.tagsHint}
        list={[...new Set(devices.flatMap(({ tags }) => tags))].map((tag) => tagName(tag, language))}
        problem={problems.tags}
        maxLength={2_200}
        value={draft.tags}
        onValue={(tags) => change({ tags })}
      />
      <RulesWatching
        kind={device.kind}
        place={draft.place}
        tags={wordsOf(draft.tags)}
        device={device.id}
        onTag={(tag) => change({ tags: [...wordsOf(draft.tags), tag].join(', ') })}
      />
      <p className="soft small">{t.written}</p>
    </FormDialog>
  );
}

/** Writes a change of the device, and lets whatever shows it ask anew. */
export function useSaved(device: Device, onSaved: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (patch: DevicePatch) => onboardingApi.editDevice(device.id, patch),
    onSuccess: async (edited) => {
      client.setQueryData(['devices', device.id], edited);
      onSaved();
      await Promise.all(
        ['devices', 'rules', 'credentials'].map((key) => client.invalidateQueries({ queryKey: [key] })),
      );
    },
  });
}
