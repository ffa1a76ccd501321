import type { ReactElement } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'

/** Pixels of the image for each of the drawing's. */
const SCALE = 2
/** What a drawing's looks consist of, in the file that has no style sheet. */
const PROPERTIES = ['fill', 'stroke', 'color', 'font-family'] as const

/** A drawing as a PNG, in the colours that the page has now. */
export async function pictureFile(picture: ReactElement): Promise<Blob> {
  const host = document.createElement('div')
  host.className = 'sr-only'
  document.body.append(host)
  const root = createRoot(host)
  try {
    flushSync(() => root.render(picture))
    const svg = host.querySelector('svg')!
    return await rasterised(svg, getComputedStyle(document.documentElement).backgroundColor)
  } finally {
    root.unmount()
    host.remove()
  }
}

async function rasterised(svg: SVGSVGElement, ground: string): Promise<Blob> {
  const copy = svg.cloneNode(true) as SVGSVGElement // of what it is a clone of
  const [from, to] = [svg, copy].map((root) => [root, ...root.querySelectorAll<SVGElement>('*')])
  to!.forEach((element, i) => {
    const style = getComputedStyle(from![i]!)
    for (const property of PROPERTIES) element.setAttribute(property, style.getPropertyValue(property))
    element.removeAttribute('class')
  })
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  const image = new Image()
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`
  await image.decode()

  const canvas = document.createElement('canvas')
  canvas.width = svg.width.baseVal.value * SCALE
  canvas.height = svg.height.baseVal.value * SCALE
  const context = canvas.getContext('2d')!
  context.fillStyle = ground
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(image, 0, 0, canvas.width, canvas.height)
  const { promise, resolve } = Promise.withResolvers<Blob | null>()
  canvas.toBlob(resolve, 'image/png')
  const blob = await promise
  if (!blob) throw new Error('the browser made no image of the canvas')
  return blob
}

/** A name that every file system takes: `calm-5-000.png`. */
export function fileName(title: string, ending: 'json' | 'png'): string {
  const plain = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .slice(0, 60)
    .replace(/^-|-$/g, '')
  return `${plain === '' ? 'strategy' : plain}.${ending}`
}
