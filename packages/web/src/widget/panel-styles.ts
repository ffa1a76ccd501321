import css from './panel.css?inline'

/**
 * The compiled styles as sheets, which a strict policy does not take for inline styles. In a shadow root the host is the root, and
 * registered properties count in the document alone: they only say what `--tw-…` are, and change nothing there.
 */
export function adoptPanelStyles(shadow: ShadowRoot): void {
  const registered = css.match(/@property [^{]+\{[^}]*\}/g) ?? []
  if (!isRegistered) document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheetOf(registered.join('\n'))]
  isRegistered = true
  const own = css.replaceAll(/:root\[data-theme=([^\]]+)\]/g, ':host([theme=$1])').replaceAll(':root', ':host')
  shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, sheetOf(own)]
}

let isRegistered = false

function sheetOf(text: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(text)
  return sheet
}
