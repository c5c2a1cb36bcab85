/**
 * Ends the process, as a power cut would, at a named point of the write order: `NAME` the first time it
 * is reached, `NAME:3` the third time. For crash drills: honoured under `NODE_ENV=test` alone.
 */
export function createFailpoint(
  env: Readonly<Record<string, string | undefined>>,
): (name: string) => void {
  const asked = env['NODE_ENV'] === 'test' ? env['IMAGE_PROMPT_FAILPOINT'] : undefined;
  if (!asked) return () => {};
  const [point, times = '1'] = asked.split(':');
  let left = Number(times);
  return (name) => {
    if (name === point && --left === 0) process.kill(process.pid, 'SIGKILL');
  };
}
