const paths = {
  overview: 'M4 12 12 5l8 7M6 10.5V19h12v-8.5M10 19v-5h4v5',
  energy: 'M13 3 5 14h6l-1 7 8-11h-6z',
  doors: 'M6 21V4l9-1v19zM15 5h3v16h3M3 21h3M11.5 12v1.5',
  cameras: 'M3 8l13-3.5 2 6L5 14zM9 13v4l-5 3M18 8l3-.8',
  alerts: 'M6 17V11a6 6 0 0 1 12 0v6l2 1.5H4zM10 21h4',
  devices: 'M4 5h16v10H4zM8 19h8M12 15v4',
  rules: 'M5 6h9M5 12h6M5 18h4M14 15l2.5 2.5L21 13',
  users:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20c0-3.5 2.5-6 6-6s6 2.5 6 6M16 5a3 3 0 0 1 0 6M17 14.3c2.4.6 4 2.7 4 5.7',
  water: 'M12 3c4 5 6 8 6 11a6 6 0 0 1-12 0c0-3 2-6 6-11z',
  money: 'M6 4l6 8 6-8M12 12v8M7 13h10M7 17h10',
  good: 'M5 13l4.5 4.5L19 7',
  info: 'M12 11v6M12 7.5v.5M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z',
  warning: 'M12 4 2.5 20.5h19zM12 10v5M12 17.5v.5',
  critical: 'M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 7.5v6M12 16.5v.5',
  unknown: 'M9 9a3 3 0 1 1 4 2.8c-.8.3-1 .9-1 1.7v.5M12 17.5v.5',
  offline: 'M4 4l16 16M8.5 8.5A7 7 0 0 1 19 12M5 12a7 7 0 0 1 1-3M9 16a4 4 0 0 1 6 0',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2',
  language: 'M4 6h10M9 3v3M6 6c0 4 3 7 7 9M12 6c-1 5-4 8-8 10M13 21l4-10 4 10M14.5 17.5h5',
  theme: 'M12 3a9 9 0 1 0 9 9 7 7 0 0 1-9-9z',
  user: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4 3.5-7 8-7s8 3 8 7',
  keyboard: 'M3 7h18v10H3zM7 11h.01M11 11h.01M15 11h.01M7 14h10',
  sound: 'M4 10v4h4l5 4V6l-5 4zM16 9a4 4 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11',
  mute: 'M4 10v4h4l5 4V6l-5 4zM16 10l5 5M21 10l-5 5',
  check: 'M5 13l4.5 4.5L19 7',
  back: 'M14 6l-6 6 6 6',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  doorOpen: 'M5 21V3h9v18M14 5l5 2v12l-5 2M3 21h18',
} as const;

export type IconName = keyof typeof paths;

/** A drawing beside a word, never instead of one: it is hidden from readers. */
export function Icon({ name, size = 20 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}
