/** A terminal and npm both pass one Ctrl-C on; what comes this close together was one press. */
const SAME_PRESS_MS = 500

/** Calls `pressed` for each Ctrl-C (or SIGTERM), with how many there were. The process does not end by itself any more. */
export function onInterrupt(pressed: (times: number) => void): Disposable {
  let last = Number.NEGATIVE_INFINITY
  let times = 0
  const heard = () => {
    if (performance.now() - last < SAME_PRESS_MS) return
    last = performance.now()
    pressed(++times)
  }
  process.on('SIGINT', heard)
  process.on('SIGTERM', heard)
  return {
    [Symbol.dispose]() {
      process.off('SIGINT', heard)
      process.off('SIGTERM', heard)
    },
  }
}
