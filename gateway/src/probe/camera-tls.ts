/** TLS to cameras: their certificates are their own, and many know nothing newer than TLS 1.0 and its ciphers. */
export const CAMERA_TLS = {
  rejectUnauthorized: false,
  minVersion: 'TLSv1',
  ciphers: 'DEFAULT@SECLEVEL=0',
} as const;
