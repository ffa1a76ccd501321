import type { FileId } from '@streambed/client'
import { createContext, useContext } from 'react'

/** Where the files of messages are: they come another way with a link, and from another host with the widget. */
export const FileAddressContext = createContext((file: FileId) => `/v1/files/${file}`)

export function useFileAddress(file: FileId): string {
  return useContext(FileAddressContext)(file)
}
