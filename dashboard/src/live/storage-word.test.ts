import { describe, expect, it } from 'vitest';
import { STORAGE_REASONS } from '#contract/enums.ts';
import { storageText } from '../i18n/storage.text.ts';
import { storageWord } from './storage-word.ts';

describe('the words for what the disk does not do', () => {
  it('say that nothing new is stored only where that is so', () => {
    expect(storageWord({ reason: 'failing', refuses: ['retained'] })).toBe('retained');
    expect(storageText.zh.retained).toContain('读数仍在保存');
    expect(storageText.en.retained).not.toContain('nothing new');
    expect(storageWord({ reason: 'failing', refuses: ['records', 'retained'] })).toBe('failing');
    expect(storageWord({ reason: 'full', refuses: ['readings'] })).toBe('full');
  });

  it.each(STORAGE_REASONS)('are those of the reason where nothing is refused: %s', (reason) => {
    expect(storageWord({ reason, refuses: [] })).toBe(reason);
  });

  it.each(['slow', 'damaged'] as const)('are those of the reason where it is %s, whatever is refused', (reason) => {
    expect(storageWord({ reason, refuses: ['retained'] })).toBe(reason);
  });
});
