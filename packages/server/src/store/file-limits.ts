import { StreambedError } from '@streambed/protocol'
import { MAX_FILE_BYTES, type StoredFile } from './store.ts'

/** Throws `bad-file` for one that is larger than any may be. */
export function checkSize({ bytes }: StoredFile): void {
  if (bytes.length > MAX_FILE_BYTES) throw new StreambedError('bad-file', 'It is larger than 5 MB.')
}

/** Throws `storage-full` where an owner's files take up more than they may. Both in bytes. */
export function checkRoom(taken: number, room: number): void {
  if (taken > room) throw new StreambedError('storage-full', `You may keep ${room / 1_000_000} MB of them.`)
}
