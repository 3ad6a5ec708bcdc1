// Mermaid 12 draws in colours of its own, for a light page: the site's, in both modes, come instead.
const { initialize } = mermaid
const ofTheSite = `
  .actor-line { stroke: var(--md-mermaid-sequence-actor-line-color); }
  [id$="-arrowhead"] path, [id$="-filled-head"] path, [id$="-crosshead"] path {
    fill: var(--md-mermaid-sequence-message-line-color);
    stroke: var(--md-mermaid-sequence-message-line-color);
  }
  .sectionTitle, .sectionTitle > tspan { fill: var(--md-mermaid-sequence-loop-fg-color); }
`
mermaid.initialize = (settings) =>
  initialize({
    ...settings,
    theme: "default",
    look: "classic",
    themeCSS: settings.themeCSS + ofTheSite,
  })
