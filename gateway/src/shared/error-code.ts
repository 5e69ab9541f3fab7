/** What a failed call to the system says about the disk. */

/** `ENOSPC` and the like; '' for an error without a code. */
export function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** No room on the disk, or none left of what this user may take of it. */
export const noSpaceLeft = (code: string): boolean => code === 'ENOSPC' || code === 'EDQUOT';

/** The disk or folder takes no writes from us. */
export const notWritable = (code: string): boolean => code === 'EROFS' || code === 'EACCES' || code === 'EPERM';
