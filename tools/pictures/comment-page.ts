import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';

/** A comment's Markdown as a page that looks as on GitHub. Its text is ours: what models say in it is escaped already. */
export function commentPage(markdown: string): string {
  const body = micromark(markdown, {
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
    allowDangerousHtml: true,
  });
  return `<!doctype html><meta charset="utf-8"><style>${style}</style><article><header><b>sluice</b> commented</header><main>${body}</main></article>`;
}

const style = `
  body { margin: 0; padding: 16px; background: #fff; color: #1f2328; width: 860px; font: 14px/1.5 system-ui, 'DejaVu Sans', sans-serif; }
  article { border: 1px solid #d1d9e0; border-radius: 6px; overflow: hidden; }
  header { background: #f6f8fa; border-bottom: 1px solid #d1d9e0; padding: 8px 16px; color: #59636e; }
  header b { color: #1f2328; }
  main { padding: 4px 16px 8px; }
  table { border-collapse: collapse; margin: 12px 0; }
  th, td { border: 1px solid #d1d9e0; padding: 5px 12px; text-align: left; }
  code, pre { font: 12px ui-monospace, 'DejaVu Sans Mono', monospace; background: #f0f1f2; border-radius: 6px; }
  code { padding: 2px 5px; } pre { padding: 10px; overflow: hidden; } pre code { padding: 0; }
  blockquote { margin: 8px 0; padding: 0 12px; border-left: 4px solid #d1d9e0; color: #59636e; }
  h3 { font-size: 18px; margin: 12px 0 8px; } h4 { font-size: 15px; margin: 14px 0 6px; }
`;
