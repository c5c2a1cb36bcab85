// A middleware of Astro, for its dev server alone. It is loaded in the graph of the site: nothing is imported here but
// the name of what it looks for.
import { DEV_PAGES, type RewriteDevPage } from './dev-name.ts';

/** Shows the pictures of pages that name them in HTML. */
export async function onRequest(
  { url }: { url: URL },
  next: () => Promise<Response>,
): Promise<Response> {
  const response = await next();
  const rewrite = (globalThis as unknown as Record<symbol, RewriteDevPage | undefined>)[DEV_PAGES];
  const isPage = /^text\/html\b/.test(response.headers.get('content-type') ?? '');
  if (rewrite === undefined || !isPage) return response;
  const html = await rewrite(await response.text(), url.pathname);
  const { status, statusText, headers } = response;
  return new Response(html, { status, statusText, headers });
}
