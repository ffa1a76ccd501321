/** A model's id as people say it: without the region's prefix, the vendor, the date and the version. */
export function modelName(id: string): string {
  const tail = id.slice(id.lastIndexOf('/') + 1)
  const name = tail.replace(/^(?:[a-z]{2,6}\.)?[a-z0-9-]+\.(?=[a-z])/, '')
  return (
    name
      .replace(/:\d+$/, '')
      .replace(/-v\d+$/, '')
      .replace(/-\d{8}$/, '') || id
  )
}
