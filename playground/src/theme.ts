/** Lets the button switch between light and dark; index.html applies the choice before first paint. */
export function startThemeToggle(button: HTMLButtonElement): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const root = document.documentElement;
  const isDark = (): boolean =>
    (root.dataset['theme'] ?? (system.matches ? 'dark' : 'light')) === 'dark';
  const show = (): void => button.setAttribute('aria-pressed', String(isDark()));

  button.addEventListener('click', () => {
    const theme = isDark() ? 'light' : 'dark';
    root.dataset['theme'] = theme;
    try {
      localStorage.setItem('theme', theme);
    } catch {
      // Storage may be forbidden; the choice then lasts until the page is left.
    }
    show();
  });
  system.addEventListener('change', show);
  show();
}
