/** The most characters of a title that a file is called by. */
const MAX_CHARACTERS = 80

/** A title as the name of a file, without its ending; `otherwise` where nothing of it can be one. */
export function fileName(title: string | null, otherwise: string): string {
  const words = (title ?? '').replace(/[\\/:*?"<>|\s\p{C}]+/gu, ' ').replace(/^[ .]+/, '')
  const kept = [...words].slice(0, MAX_CHARACTERS)
  return kept.slice(0, kept.findLastIndex((letter) => letter !== ' ' && letter !== '.') + 1).join('') || otherwise
}

/** The header with which a browser keeps a file under its name (RFC 6266); what knows ASCII alone gets as much of it as there is. */
export function attachment(name: string): string {
  const plain = name.replace(/[^ -~]|["\\%]/g, '_')
  const whole = encodeURIComponent(name).replace(
    /['()*!]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`
}
