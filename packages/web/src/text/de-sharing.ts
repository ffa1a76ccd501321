import type { SharingText } from './sharing.ts'

/** The words of sharing a conversation by a link, in German. */
export const deSharing: SharingText = {
  title: 'Diese Unterhaltung teilen',
  explanation:
    'Wer den Link hat, liest die Unterhaltung, wie sie jetzt ist, ohne sich anzumelden. Was später gesagt wird, ist nicht zu sehen, ebenso wenig Werkzeuge, Gedanken und Kosten.',
  make: 'Link erstellen',
  making: 'Der Link wird erstellt…',
  made: 'Der Link, nur dieses eine Mal zu sehen',
  copy: 'Link kopieren',
  links: 'Links zu dieser Unterhaltung',
  madeAt: (moment) => `Erstellt: ${moment}`,
  remove: 'Entfernen',
  removeOne: (moment) => `Link von ${moment} entfernen`,
  removed: 'Der Link wurde entfernt. Er öffnet nichts mehr.',
  failed: 'Das hat nicht geklappt. Versuche es noch einmal.',

  page: {
    label: 'Geteilte Unterhaltung',
    with: (agent, moment) => `Mit ${agent} · Stand: ${moment}`,
    start: 'Zu Streambed',
    loading: 'Die Unterhaltung wird geladen',
    empty: 'Hier wurde noch nichts gesagt.',
    picture: 'Die Strategie, die entstanden ist',
    missing: {
      title: 'Dieser Link öffnet nichts',
      text: 'Er wurde vielleicht entfernt, oder ein Teil von ihm fehlt.',
    },
    failed: { title: 'Die Unterhaltung konnte nicht geladen werden', action: 'Noch einmal versuchen' },
  },
}
