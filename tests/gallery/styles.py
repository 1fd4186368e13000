"""How messages look, in the styles of both of Discord's themes."""

from __future__ import annotations

STYLE = """
  .message { font: 16px/1.375 "gg sans", "Noto Sans", system-ui, sans-serif; box-sizing: border-box;
    white-space: pre-wrap; overflow-wrap: anywhere }
  .container { padding: 12px 16px; border-radius: 8px; border-left: 4px solid #777; display: grid; gap: 8px }
  .dark .container { background: #2b2d31 } .light .container { background: #f2f3f5 }
  .container hr { width: 100%; border: 0; border-top: 1px solid #8886; margin: 0 }
  .message h1, .message h2, .message h3 { margin: 0; font-size: 1.125em }
  .message small { display: block; font-size: .8em; opacity: .8 }
  .message blockquote { margin: 0; padding-left: 10px; border-left: 4px solid #8886 }
  .message code, .message pre { font: 14px/1.3 monospace; background: #8883; padding: 0 3px; margin: 0;
    border-radius: 3px; white-space: pre-wrap }
  .message .mention { background: #5865f24d; border-radius: 3px; padding: 0 2px }
  .message time { background: #8883; border-radius: 3px; padding: 0 2px }
  .section { display: flex; gap: 12px; justify-content: space-between; align-items: start }
  .section > :last-child { flex: none; max-width: 40% }
  .form { padding: 16px; border-radius: 8px; border: 1px solid #8886; display: grid; gap: 12px }
  .form label { display: grid; gap: 4px }
  .input { border: 1px solid #8886; border-radius: 6px; padding: 6px 10px; white-space: pre-wrap } .hint { opacity: .6 }
  .row { display: flex; flex-wrap: wrap; gap: 8px }
  .row span, .section > span, .menu { padding: 4px 14px; border-radius: 8px; color: #fff; background: #4e5058;
    max-width: 100%; box-sizing: border-box }
  .message .primary { background: #5865f2 } .message .success { background: #248046 }
  .message .danger { background: #da373c }
  .menu { flex: 1 } .off { opacity: .5 }
  .message .link { background: #4e5058 }
  .message img { max-width: 100%; border-radius: 8px }
  .file { border: 1px solid #8886; border-radius: 8px; padding: 8px 12px; margin-top: 8px }
"""
