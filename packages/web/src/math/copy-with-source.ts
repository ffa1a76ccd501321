import type { ClipboardEvent } from 'react'

/** What is selected goes to the clipboard with its formulas as they are written in TeX, not as the letters that they are drawn with. */
export function copyWithSource(event: ClipboardEvent<HTMLElement>): void {
  const selection = getSelection()
  if (!selection || selection.rangeCount === 0) return
  const part = selection.getRangeAt(0).cloneContents()
  const formulas = part.querySelectorAll('math[alttext]')
  if (formulas.length === 0) return
  for (const formula of formulas) {
    const mark = formula.getAttribute('display') === 'block' ? '$$' : '$'
    formula.replaceWith(`${mark}${formula.getAttribute('alttext')}${mark}`)
  }
  for (const button of part.querySelectorAll('button')) button.remove()
  const box = document.createElement('div')
  box.className = 'markdown pointer-events-none fixed opacity-0'
  box.append(part)
  document.body.append(box)
  // biome-ignore lint/performance/useDomNodeTextContent: only what is drawn knows where its lines end
  event.clipboardData.setData('text/plain', box.innerText)
  event.clipboardData.setData('text/html', box.innerHTML)
  box.remove()
  event.preventDefault()
}
