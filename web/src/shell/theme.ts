/** Dark or light? Dark by default; a desk by the window may choose light; bare pages are always light. */
import { ref } from 'vue'

export type Theme = 'dark' | 'light'

const STORED = 'mudan.theme'

/** The theme chosen for the console on this machine. */
export const chosenTheme = ref<Theme>(localStorage.getItem(STORED) === 'light' ? 'light' : 'dark')

/** Put a theme on the page; the chosen one unless another is asked for. */
export function applyTheme(theme: Theme = chosenTheme.value): void {
  const root = document.documentElement
  root.dataset['theme'] = theme
  root.classList.toggle('dark', theme === 'dark')
}

/** Choose the other theme; remembered on this machine. */
export function toggleTheme(): void {
  chosenTheme.value = chosenTheme.value === 'dark' ? 'light' : 'dark'
  localStorage.setItem(STORED, chosenTheme.value)
  applyTheme()
}
