import type { RequestId } from '@streambed/protocol'

/** 128 random bits. `crypto.randomUUID` is kept from pages served over plain HTTP, this is not. */
export function newRequestId(): RequestId {
  return `q_${randomHex(16)}` as RequestId
}

/** `bytes` random bytes as hexadecimal digits. */
export function randomHex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )
}
