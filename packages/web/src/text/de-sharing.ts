import type { SharingText } from './sharing.ts'

/** The words of sharing a conversation by a link, in German. */
export const deSharing: SharingText = {
  title: 'Dieses Gespräch teilen',
  explanation:
    'Wer den Link hat, liest das Gespräch, wie es jetzt ist, ohne sich anzumelden. Was später gesagt wird, ist nicht zu sehen, ebenso wenig Werkzeuge, Gedanken und Kosten.',
  make: 'Link erstellen',
  making: 'Der Link wird erstellt …',
  made: 'Der Link, nur dieses eine Mal zu sehen',
  copy: 'Link kopieren',
  links: 'Links zu diesem Gespräch',
  madeAt: (moment) => `Erstellt: ${moment}`,
  remove: 'Entfernen',
  removeOne: (moment) => `Link von ${moment} entfernen`,
  removed: 'Der Link wurde entfernt. Er öffnet nichts mehr.',
  failed: 'Das hat nicht geklappt. Versuche es noch einmal.',

  page: {
    label: 'Geteiltes Gespräch',
    with: (agent, moment) => `Mit ${agent} · Stand: ${moment}`,
    start: 'Zu Streambed',
    loading: 'Das Gespräch wird geladen',
    empty: 'Hier wurde noch nichts gesagt.',
    download: (name) => `${name} herunterladen`,
    picture: 'Die Strategie, die entstanden ist',
    missing: {
      title: 'Dieser Link öffnet nichts',
      text: 'Er wurde vielleicht entfernt, oder ein Teil von ihm fehlt.',
    },
    failed: { title: 'Das Gespräch konnte nicht geladen werden', action: 'Noch einmal versuchen' },
  },
}
