// Runs before the first paint, so that a chosen theme never flashes. It is a file because the page allows no inline script.
try {
  const theme = localStorage.getItem('streambed.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage is forbidden: the system's theme it is.
}
