let context: AudioContext | undefined
let timer: ReturnType<typeof setInterval> | undefined

/** Browsers let a page sound only after somebody has touched it: the first touch opens the way. */
export function openSound(): () => void {
  const listening = new AbortController()
  const open = () => {
    context ??= new AudioContext()
    void context.resume().then(() => listening.abort())
  }
  for (const touch of ['pointerdown', 'keydown'])
    addEventListener(touch, open, { signal: listening.signal, passive: true })
  return () => listening.abort()
}

/** Sounds until `stopRinging`; in silence where nobody has touched the page yet, and from the first touch on. */
export function startRinging(): void {
  stopRinging()
  ringOnce()
  timer = setInterval(ringOnce, 1_600)
}

export function stopRinging(): void {
  clearInterval(timer)
  timer = undefined
}

/** Two rising tones, twice. */
function ringOnce(): void {
  if (context?.state !== 'running') return
  for (const [tone, at] of [659, 880, 659, 880].map((tone, nth) => [tone, nth * 0.22 + (nth > 1 ? 0.16 : 0)] as const))
    sound(context, tone, context.currentTime + at)
}

function sound(context: AudioContext, tone: number, at: number): void {
  const [oscillator, volume] = [context.createOscillator(), context.createGain()]
  oscillator.type = 'triangle'
  oscillator.frequency.value = tone
  volume.gain.setValueAtTime(0, at)
  volume.gain.linearRampToValueAtTime(0.25, at + 0.02)
  volume.gain.exponentialRampToValueAtTime(0.001, at + 0.2)
  oscillator.connect(volume).connect(context.destination)
  oscillator.start(at)
  oscillator.stop(at + 0.21)
}
