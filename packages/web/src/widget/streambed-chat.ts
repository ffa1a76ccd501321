import launcherStyles from './launcher.css?inline'
import type { Panel } from './panel.tsx'

/**
 * `<streambed-chat>`: a button in a corner of any page that opens a conversation with an agent. It lives in a shadow root, takes its
 * styles along without a `<style>`, and loads the conversation's code when it is first opened.
 *
 * Attributes: `server` (the Streambed server's origin; by default where the script came from), `agent` (who answers; by default the
 * server's default agent), `title` (what the panel is called), `theme` (`light` or `dark`; by default as the system has it), `storage-key`
 * (pages with the same key go on with the same conversation; by default each path has its own) and `open`. The property `token` is
 * sent to servers with sign-in. The events `streambed-open` and `streambed-close` tell what the user did.
 */
export class StreambedChat extends HTMLElement {
  static readonly observedAttributes = ['open', 'title']

  /** An API key or a token of the server's issuer, for servers with sign-in. Set it before the panel is opened. */
  token: string | null = null

  #launcher: HTMLButtonElement | null = null
  #box: HTMLElement | null = null
  #panel: Panel | null = null
  #title = 'Chat'
  #isLoading = false

  connectedCallback(): void {
    if (!this.shadowRoot) this.#build()
    this.#show()
  }

  disconnectedCallback(): void {
    // Moving the element takes it out and puts it in again: only what stays out is closed.
    queueMicrotask(() => {
      if (this.isConnected) return
      this.#panel?.dispose()
      this.#panel = null
    })
  }

  attributeChangedCallback(name: string, _: string | null, value: string | null): void {
    if (name === 'title') {
      if (value === null) return
      this.#title = value
      this.removeAttribute('title') // it would hover over the whole conversation
      this.#name()
    } else if (this.shadowRoot) this.#show()
  }

  open(): void {
    if (this.hasAttribute('open')) return
    this.setAttribute('open', '')
    this.dispatchEvent(new CustomEvent('streambed-open'))
  }

  close(): void {
    if (!this.hasAttribute('open')) return
    const hadFocus = this.#box?.contains(this.shadowRoot?.activeElement ?? null)
    this.removeAttribute('open')
    if (hadFocus) this.#launcher?.focus()
    this.dispatchEvent(new CustomEvent('streambed-close'))
  }

  #build(): void {
    const shadow = this.attachShadow({ mode: 'open' })
    const styles = new CSSStyleSheet()
    styles.replaceSync(launcherStyles)
    shadow.adoptedStyleSheets = [styles]

    const launcher = document.createElement('button')
    launcher.type = 'button'
    launcher.className = 'streambed-launcher'
    launcher.part.add('launcher')
    launcher.setAttribute('aria-haspopup', 'dialog')
    launcher.setAttribute('aria-controls', 'panel')
    launcher.append(waves())
    launcher.addEventListener('click', () => (this.hasAttribute('open') ? this.close() : this.open()))

    const box = document.createElement('div')
    box.id = 'panel'
    box.className = 'streambed-panel'
    box.part.add('panel')
    box.setAttribute('role', 'dialog')
    box.addEventListener('keydown', (event) => {
      const isMenuOpen = shadow.querySelector('[data-popup-open]') !== null // it closes first
      if (event.key !== 'Escape' || event.defaultPrevented || isMenuOpen) return
      event.stopPropagation()
      this.close()
    })
    shadow.append(box, launcher)
    this.#launcher = launcher
    this.#box = box
    this.#name()
  }

  #name(): void {
    this.#launcher?.setAttribute('aria-label', this.#title)
    this.#box?.setAttribute('aria-label', this.#title)
  }

  #show(): void {
    const isOpen = this.hasAttribute('open')
    this.#launcher!.setAttribute('aria-expanded', String(isOpen))
    this.#box!.hidden = !isOpen
    if (!isOpen) return
    if (this.#panel) this.#panel.focus()
    else void this.#load()
  }

  async #load(): Promise<void> {
    if (this.#isLoading) return
    this.#isLoading = true
    this.#box!.textContent = '…'
    try {
      const { drawPanel } = await import('./panel.tsx')
      this.#box!.textContent = ''
      if (!this.isConnected) return
      this.#panel = drawPanel(this.shadowRoot!, this.#box!, {
        server: (this.getAttribute('server') ?? new URL(import.meta.url).origin).replace(/(?<!\/)\/+$/, ''),
        agent: this.getAttribute('agent'),
        title: this.#title,
        token: this.token,
        storageKey: this.getAttribute('storage-key') ?? location.pathname,
        onClose: () => this.close(),
      })
    } catch (error) {
      this.#box!.textContent = 'The chat could not be loaded. Close it and try again.'
      console.error(error)
    } finally {
      this.#isLoading = false
    }
  }
}

/** The mark of Streambed, drawn without markup that a strict page would refuse. */
function waves(): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  for (const top of [7.2, 12.2, 17.2]) {
    const wave = document.createElementNS('http://www.w3.org/2000/svg', 'path')
    wave.setAttribute('d', `M3.5 ${top}c2.8-2.4 5.7-2.4 8.5 0s5.7 2.4 8.5 0`)
    svg.append(wave)
  }
  return svg
}

if (!customElements.get('streambed-chat')) customElements.define('streambed-chat', StreambedChat)
