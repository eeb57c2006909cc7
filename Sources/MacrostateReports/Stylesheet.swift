/// The page's look: one calm column, the same on a phone, in the dark and on paper.
enum Stylesheet {
  static let text = colours + base + blocks + figures + media

  private static let colours = """
    :root { \(variables(.light)) --page: #ffffff; --panel: #f6f8fa; --accent: #0067a8; --warning: #9a5b00;
      --warning-page: #fff6e6; color-scheme: light dark; }
    @media (prefers-color-scheme: dark) {
      :root { \(variables(.dark)) --page: #0f141a; --panel: #161c24; --accent: #62b5ea; --warning: #f0b254;
        --warning-page: #2a2113; }
    }

    """

  private static func variables(_ theme: ChartTheme) -> String {
    let series = theme.series.enumerated().map { "--series-\($0.offset): \($0.element);" }
    let words = ["--text: \(theme.text);", "--muted: \(theme.muted);", "--rule: \(theme.rule);"]
    let ramp = "--truth: \(theme.truth); --ramp: linear-gradient(to right, \(theme.ramp.joined(separator: ", ")));"
    return (words + series + [ramp]).joined(separator: " ")
  }

  private static let base = """
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
    body { margin: 0 auto; padding: 0 24px 64px; max-width: 1008px; background: var(--page); color: var(--text);
      font: 16px/1.6 \(ChartTheme.font); overflow-wrap: break-word; }
    p { margin: 0 0 12px; max-width: 46em; text-wrap: pretty; }
    h1, h2, h3 { line-height: 1.25; font-weight: 650; text-wrap: balance; margin: 0; }
    h1 { font-size: 34px; letter-spacing: -0.015em; }
    h2 { font-size: 22px; letter-spacing: -0.01em; margin: 0 0 16px; padding-top: 24px;
      border-top: 1px solid var(--rule); }
    h3 { font-size: 15px; margin: 24px 0 4px; }
    section { margin-top: 48px; }
    a { color: var(--accent); text-underline-offset: 3px; text-decoration-thickness: 1px; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
    code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
      font-size: 0.875em; }
    header { padding-top: 56px; }
    .kicker { margin: 0 0 8px; color: var(--accent); font-size: 13px; font-weight: 650; letter-spacing: 0.08em;
      text-transform: uppercase; }
    .subtitle { margin: 12px 0 20px; color: var(--muted); font-size: 18px; line-height: 1.5; }
    .command { margin: 0 0 24px; padding: 10px 14px; background: var(--panel); border-radius: 6px; white-space: pre-wrap;
      overflow-wrap: anywhere; }
    .command code::before { content: "$ "; color: var(--muted); }
    nav { display: flex; flex-wrap: wrap; gap: 4px 20px; margin-top: 24px; font-size: 14px; }
    nav a { text-decoration: none; }
    nav a:hover { text-decoration: underline; }
    footer { margin-top: 64px; padding-top: 16px; border-top: 1px solid var(--rule); color: var(--muted);
      font-size: 13px; }

    """

  private static let blocks = """
    .key-figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 24px;
      margin: 8px 0 24px; }
    .key-figures dt { color: var(--muted); font-size: 13px; }
    .key-figures dd { margin: 0; }
    .key-figures .value { font-size: 26px; font-weight: 600; letter-spacing: -0.01em; line-height: 1.35;
      font-variant-numeric: tabular-nums; }
    .key-figures .detail { color: var(--muted); font-size: 13px; line-height: 1.4; }
    .notice { display: flex; gap: 12px; max-width: none; margin: 12px 0; padding: 10px 14px; border-radius: 6px;
      background: var(--panel); font-size: 15px; line-height: 1.5; }
    .notice strong { flex: none; font-weight: 650; }
    .notice span { min-width: 0; }
    .notice.warning { background: var(--warning-page); }
    .notice.warning strong { color: var(--warning); }
    .key-values { columns: 2 380px; column-gap: 48px; margin: 4px 0 24px; font-size: 14px; }
    .key-values div { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1.3fr); gap: 16px; padding: 5px 0;
      border-bottom: 1px solid var(--rule); break-inside: avoid; }
    .key-values dt { color: var(--muted); }
    .key-values dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
    .table { margin: 0 0 32px; }
    .scroll { overflow-x: auto; margin-top: 8px; }
    table { border-collapse: collapse; min-width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
    th, td { padding: 7px 14px 7px 0; text-align: left; vertical-align: baseline; white-space: nowrap; }
    th:last-child, td:last-child { padding-right: 0; }
    thead th { color: var(--muted); font-weight: 500; font-size: 13px; border-bottom: 1px solid var(--muted);
      vertical-align: bottom; white-space: normal; min-width: 5em; }
    tbody th { font-weight: 600; }
    tbody tr > * { border-bottom: 1px solid var(--rule); }
    .number { text-align: right; }
    .caption { margin: 4px 0 8px; color: var(--muted); font-size: 14px; line-height: 1.5; }
    .table .caption { margin-top: 8px; }
    .file { margin: 6px 0 0; font-size: 12px; }
    .file a { color: var(--muted); text-decoration: none; }
    .file a:hover { color: var(--accent); text-decoration: underline; }

    """

  private static let figures = """
    figure { margin: 0 0 40px; }
    .legend { display: flex; flex-wrap: wrap; gap: 2px 20px; margin: 8px 0; padding: 0; list-style: none;
      font-size: 13px; }
    .legend i { display: inline-block; width: 20px; height: 3px; margin-right: 8px; border-radius: 2px;
      vertical-align: middle; }
    \((0..<6).map { ".legend .series-\($0) { background: var(--series-\($0)); }" }.joined(separator: "\n"))
    .legend .truth { height: 5px; background: var(--truth); }
    .legend .dot { width: 9px; height: 9px; border-radius: 50%; }
    .legend .truth-inner { height: 12px; background: var(--truth); opacity: 0.7; }
    .legend .truth-outer { height: 12px; background: var(--truth); opacity: 0.35; }
    .legend .edge-inner { height: 0; border-top: 1px solid var(--series-0); }
    .legend .edge-outer { height: 0; border-top: 1px dashed var(--series-0); }
    .legend .band { height: 12px; background: var(--series-0); opacity: 0.25; }
    .ramp { display: flex; align-items: center; gap: 8px; margin: 8px 0; color: var(--muted); font-size: 13px; }
    .ramp i { width: 120px; height: 8px; border-radius: 2px; background: var(--ramp); border: 1px solid var(--rule); }
    .panels { display: grid; gap: 16px 24px; }
    .panels.beside { grid-template-columns: repeat(auto-fill, minmax(min(100%, 270px), 1fr)); }
    .panels.maps { grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)); }
    .group { display: grid; gap: 8px; align-content: start; }
    .panel, .group { min-width: 0; }
    .panel { container-type: inline-size; }
    .maps .panel + .panel strong { font-weight: inherit; color: var(--muted); }
    .panel-title { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 12px; margin: 0 0 2px;
      font-size: 13px; line-height: 1.4; }
    .panel-title span { color: var(--muted); font-variant-numeric: tabular-nums; }
    .view { display: block; width: 100%; overflow: hidden; }
    .view.map { height: calc((100cqw - \(ChartPanel.mapMargins.width)px) * var(--aspect) \
    + \(ChartPanel.mapMargins.height)px); }
    .view svg { display: block; }
    .mark-rect path { shape-rendering: crispEdges; }
    .undrawn { margin: 0; padding: 14px; border: 1px dashed var(--muted); border-radius: 6px; color: var(--muted);
      font-size: 13px; line-height: 1.5; max-width: none; }

    """

  private static let media = """
    @media (max-width: 640px) {
      body { padding: 0 16px 48px; font-size: 15px; }
      header { padding-top: 32px; }
      h1 { font-size: 27px; }
      .subtitle { font-size: 16px; }
      .key-figures { grid-template-columns: 1fr 1fr; gap: 20px 16px; }
      .key-figures .value { font-size: 21px; }
      .notice { display: block; }
      .panels.maps { grid-template-columns: 1fr; }
      .maps .group { grid-template-columns: 1fr 1fr; align-items: end; gap: 12px; }
      th, td { padding-right: 16px; }
    }
    @media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
    @media print {
      :root { \(variables(.light)) --page: #ffffff; --panel: #f6f8fa; --accent: #0067a8; }
      body { max-width: none; padding: 0; font-size: 11pt; }
      nav, .file { display: none; }
      .table, .panel, .group, .notice { break-inside: avoid; }
      h2, h3, figcaption { break-after: avoid; }
      .scroll { overflow: visible; }
      /* Charts drawn for a dark page, turned into ones for white paper. */
      [data-theme="dark"] .view svg { filter: invert(1) hue-rotate(180deg); }
    }
    """
}
