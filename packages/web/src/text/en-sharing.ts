/** The words of sharing a conversation by a link, in English. */
export const enSharing = {
  title: 'Share this conversation',
  explanation:
    'Whoever has the link reads the conversation as it is now, without signing in. What you say later is not shown, nor are tools, thoughts and costs.',
  make: 'Make a link',
  making: 'Making the link…',
  made: 'The link, shown this once',
  copy: 'Copy the link',
  links: 'Links to this conversation',
  madeAt: (moment: string) => `Made ${moment}`,
  remove: 'Remove',
  removeOne: (moment: string) => `Remove the link of ${moment}`,
  removed: 'The link was removed. It opens nothing any more.',
  failed: 'That did not work. Try again.',

  page: {
    label: 'Shared conversation',
    with: (agent: string, moment: string) => `With ${agent} · as it was ${moment}`,
    start: 'Go to Streambed',
    loading: 'Loading the conversation',
    empty: 'Nothing was said here yet.',
    download: (name: string) => `Download ${name}`,
    picture: 'The strategy that was built',
    missing: {
      title: 'This link opens nothing',
      text: 'It may have been removed, or a part of it is missing.',
    },
    failed: { title: 'The conversation could not be loaded', action: 'Try again' },
  },
} as const
