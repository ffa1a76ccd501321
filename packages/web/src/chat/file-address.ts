import type { FileId } from '@streambed/client'
import { createContext, useContext } from 'react'

/** Where the files of messages are: with the widget they come from another host. */
export const FileAddressContext = createContext((file: FileId) => `/v1/files/${file}`)

export function useFileAddress(file: FileId): string {
  return useContext(FileAddressContext)(file)
}
